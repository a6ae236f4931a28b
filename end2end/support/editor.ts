// VS Code in the browser, as a participant uses it.
import { expect, type Page, type WebSocket } from "@playwright/test";

export class Editor {
  constructor(readonly page: Page) {}

  get workbench() {
    return this.page.locator(".monaco-workbench");
  }

  /** Waits until one could work in it: the window is drawn and the server behind it has answered. */
  async ready(): Promise<void> {
    await expect(this.workbench).toBeVisible({ timeout: 60_000 });
    await expect(this.page.getByRole("button", { name: "Explorer Section: workspace" })).toBeVisible({ timeout: 30_000 });
  }

  /** Opens a terminal by the command palette and puts the keyboard into it. */
  async openTerminal(): Promise<void> {
    // The palette lists what its parts have registered so far; a person who is too early asks once more.
    await expect(async () => {
      await this.page.keyboard.press("Escape");
      await this.page.keyboard.press("F1");
      const wanted = this.page.getByPlaceholder("Type the name of a command to run.");
      await wanted.fill(">Terminal: Create New Terminal", { timeout: 3_000 });
      await expect(this.page.locator(".quick-input-list .focused")).toContainText("Create New Terminal", { timeout: 3_000 });
    }).toPass({ timeout: 40_000 });
    await this.page.keyboard.press("Enter");
    await expect(this.page.locator(".terminal-wrapper.active .xterm-screen")).toBeVisible({ timeout: 20_000 });
    await this.page.locator(".terminal-wrapper.active textarea").focus();
  }

  /** What the terminal shows, row after row; for settings with `terminal.integrated.gpuAcceleration` off. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator(".terminal-wrapper.active .xterm-rows > div");
    return (await rows.allTextContents()).join("");
  }

  /** Types a command where the keyboard is: in the terminal. */
  async type(command: string): Promise<void> {
    await this.page.keyboard.type(command, { delay: 10 });
    await this.page.keyboard.press("Enter");
  }
}

/** Tells how many websockets a page has open to an editor. Those of the page before it end without a word. */
export function connections(page: Page, editor: string): () => number {
  const { host } = new URL(editor);
  const open = new Set<WebSocket>();
  page.on("websocket", (socket) => {
    if (new URL(socket.url()).host !== host) return;
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  return () => open.size;
}
