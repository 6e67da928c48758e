// The script of a page that has no script of its own.
import { startShell } from "./shell.js";

startShell();
