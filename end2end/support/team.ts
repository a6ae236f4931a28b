// Two people of one group, each in their own editor, with a file that tells whose it is.
import { inside } from "./docker.ts";
import { expect } from "./test.ts";
import type { Thon } from "./thon.ts";
import type { Visitor } from "./visitor.ts";
import { whose } from "./whose.ts";

export const TEAM = ["alice", "bob"] as const;

/** Launches the team's instances and opens each one's editor in a browser of their own. */
export async function teamAtWork(
  thon: Thon,
  organizer: Visitor,
  arrive: (thon: Thon) => Promise<Visitor>,
): Promise<Map<string, Visitor>> {
  await organizer.signInAsOrganizer();
  const people = new Map<string, Visitor>();
  for (const user of TEAM) {
    await organizer.launch("alpha", user);
    await inside(thon.slug("alpha", user), "sh", "-c", `echo ${user} > /workspace/whose.txt`);
    const person = await arrive(thon);
    person.expectsCuts();
    await person.signInByLink("alpha", user);
    await person.page.goto(thon.editor("alpha", user));
    await expect.poll(() => whose(thon, person, user), "the way to look is right").toBe(user);
    people.set(user, person);
  }
  return people;
}
