// Files that are dropped or chosen go to the desk one at a time; what became of each stays on the page.
import { Failed, api, make, toast } from "/static/desk.js";

const zone = document.getElementById("dropzone");
const most = Number(zone.dataset.most);
const whole = document.getElementById("whole");
const wholeText = document.getElementById("whole-text");
const wholeBar = document.getElementById("whole-bar");
const list = document.getElementById("waiting");
const SHOWN = 8; // files that wait, named one by one
const queue = [];
let working = false;
let finished = 0;
let refused = 0;
let slow = !document.querySelector("#taken .files"); // nothing was read yet since the desk was started

document.querySelector(".needs-script").hidden = false;
document.querySelector(".without-script").hidden = true;

// ---- where files come from ------------------------------------------------------------

for (const [button, field] of [["choose", "files"], ["choose-folder", "folder"]]) {
  const input = document.getElementById(field);
  document.getElementById(button).addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    add([...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })).filter(({ name }) => !isHidden(name)));
    input.value = "";
  });
}

// The whole page takes a drop, so that a file which misses the field is not opened by the browser instead.
const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
for (const name of ["dragenter", "dragover"]) {
  document.addEventListener(name, (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    zone.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) zone.classList.remove("over");
});
document.addEventListener("drop", async (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  zone.classList.remove("over");
  // The list of what was dropped is emptied when this function first waits for something.
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = [...event.dataTransfer.files];
  if (!entries.length) {
    add(files.map((file) => ({ file, name: file.name })));
    return;
  }
  for (const entry of entries) await walk(entry, "");
});

async function walk(entry, folder) {
  const name = folder + entry.name;
  if (folder && isHidden(name)) return;
  if (entry.isFile) {
    try {
      add([{ file: await new Promise((resolve, reject) => entry.file(resolve, reject)), name }]);
    } catch {
      toast(`${name} could not be opened.`, "bad");
    }
    return;
  }
  const reader = entry.createReader();
  for (;;) { // it gives a hundred at a time
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return;
    for (const one of some.sort((a, b) => (a.name < b.name ? -1 : 1))) await walk(one, `${name}/`);
  }
}

const isHidden = (name) => name.split("/").some((part) => part.startsWith(".") && part.length > 1);

// ---- sending --------------------------------------------------------------------------

function add(files) {
  queue.push(...files);
  show();
  if (!working && queue.length) work();
}

async function work() {
  working = true;
  finished = refused = 0;
  const renewing = setInterval(renew, 1000);
  while (queue.length) {
    show();
    await send(queue[0]);
    queue.shift();
    finished += 1;
    slow = false;
    await renew();
  }
  clearInterval(renewing);
  working = false;
  wholeText.textContent = `Done: ${count(finished, "file")}${refused ? `, of which ${count(refused, "file")} could not be sent` : ""}.`;
  wholeBar.value = wholeBar.max = 1;
  list.replaceChildren();
  whole.dataset.state = "done";
  watchLinking();
}

async function send({ file, name }) {
  try {
    if (file.size > most) throw new Failed(413, { error: `larger than ${Math.round(most / 1e6)} MB; \`asreported add\` reads it` });
    const body = new FormData();
    body.append("name", name);
    body.append("file", file, "file");
    let response;
    try {
      response = await fetch("/api/imports", { method: "POST", body, headers: { accept: "application/json" } });
    } catch {
      throw new Failed(0, { error: "the desk does not answer, or the file cannot be read" });
    }
    if (!response.ok) throw new Failed(response.status, await response.json().catch(() => ({ error: `the desk answered ${response.status}` })));
  } catch (err) {
    refused += 1;
    toast(`${name}: ${err.message}`, "bad");
  }
}

const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

function show() {
  whole.hidden = false;
  whole.dataset.state = "working";
  const all = finished + queue.length;
  wholeText.textContent = `File ${(finished + 1).toLocaleString("en")} of ${all.toLocaleString("en")} is being read.${slow ? " The first one takes some seconds longer: the model is loaded." : ""}`;
  wholeBar.max = all;
  wholeBar.value = finished;
  const rows = queue.slice(0, SHOWN).map(({ name }, at) => make("li", {}, make("bdi", {}, name), at ? make("span", { className: "faint" }, "waits") : make("progress", { "aria-label": `${name} is being read` })));
  if (queue.length > SHOWN) rows.push(make("li", { className: "faint" }, `and ${count(queue.length - SHOWN, "file")} more`));
  list.replaceChildren(...rows);
}

document.getElementById("samples").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  button.disabled = true;
  whole.hidden = false;
  wholeText.textContent = "The sample reports are being read.";
  wholeBar.removeAttribute("value");
  const renewing = setInterval(renew, 1000);
  try {
    await api("/api/imports/samples", { method: "POST" });
    wholeText.textContent = "Done: the sample reports are in the ledger.";
  } catch (err) {
    toast(err.message, "bad");
    whole.hidden = true;
  }
  clearInterval(renewing);
  button.disabled = false;
  wholeBar.value = 1;
  await renew();
  watchLinking();
});

// ---- what became of them --------------------------------------------------------------

async function renew() {
  if (!renew.running) renew.running = window.htmx.ajax("GET", "/import/taken", { target: "#taken", swap: "innerMorph" }).finally(() => { renew.running = null; });
  return renew.running;
}

async function watchLinking() {
  while (!working) {
    await renew();
    const state = document.querySelector("[data-linking]")?.dataset.linking;
    if (state !== "waiting" && state !== "running") return;
    await new Promise((resolve) => setTimeout(resolve, 700));
  }
}
watchLinking();
