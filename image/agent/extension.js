// Tells whoever works in an editor who else is in it. THON says so, at the bridge that the sandbox is on.
"use strict";
const http = require("node:http");
const vscode = require("vscode");

/** How long a broken stream waits before it is asked for again, in milliseconds, and how long at most. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

exports.activate = ({ subscriptions }) => {
  const { THON_AGENT_URL: url, THON_AGENT_TOKEN: token } = process.env;
  // A THON that does not listen to sandboxes, or an image that is used without one.
  if (!url || !token) return;
  const item = vscode.window.createStatusBarItem("thon.visitors", vscode.StatusBarAlignment.Right, 10_000);
  item.name = "Visitors";
  item.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
  const following = follow(new URL("visitors", url), token, shows(item));
  subscriptions.push(item, { dispose: () => following.abort() });
};

/** Shows who is there, and says it aloud when somebody comes. */
function shows(item) {
  let known = new Set();
  return (visitors) => {
    const all = visitors.map(({ name, role, since }) => ({ who: `${name} (${role})`, since }));
    for (const { who } of all) {
      if (!known.has(who)) vscode.window.showInformationMessage(`${who} has opened this editor.`);
    }
    known = new Set(all.map(({ who }) => who));
    item.text = `$(eye) ${[...known].join(", ")}`;
    item.tooltip = all.map(({ who, since }) => `${who} is in this editor since ${new Date(since).toLocaleTimeString()}.`).join("\n");
    if (known.size > 0) item.show();
    else item.hide();
  };
}

/** Follows a stream of server-sent events, again and again, until it is aborted. */
function follow(url, token, told) {
  const aborter = new AbortController();
  let pause = FIRST_PAUSE;
  const ask = () => {
    if (aborter.signal.aborted) return;
    const again = once(() => {
      setTimeout(ask, pause).unref();
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    });
    const request = http.get(url, { headers: { authorization: `Bearer ${token}` }, signal: aborter.signal }, (answer) => {
      if (answer.statusCode !== 200) answer.resume();
      else {
        pause = FIRST_PAUSE;
        heard(answer, told);
      }
      answer.on("close", again);
    });
    request.on("error", again);
  };
  ask();
  return aborter;
}

/** Reads the `data:` lines of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
function heard(answer, told) {
  let rest = "";
  answer.setEncoding("utf8");
  answer.on("data", (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith("data:")) told(JSON.parse(line.slice("data:".length)).visitors);
    }
  });
}

function once(act) {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
