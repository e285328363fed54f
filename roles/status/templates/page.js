// Sort and filter. The page is complete without it: what only works with it is shown by it.
"use strict";
(() => {
  const judged = document.querySelector("time[data-judged]");
  if (judged) {
    const hours = (Date.now() - Date.parse(judged.dateTime)) / 3600000;
    if (hours > 26) {
      const warning = document.createElement("strong");
      warning.className = "stale";
      const age = hours < 48 ? `${Math.floor(hours)} hours` : `${Math.floor(hours / 24)} days`;
      warning.textContent = ` This page is ${age} old: judge anew.`;
      judged.after(warning);
    }
  }
  const table = document.querySelector(".tables");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const search = document.getElementById("search");
  const only = document.getElementById("only");
  const shown = document.getElementById("shown");

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const row of rows) {
      const fits = words.every((word) => texts.get(row).includes(word)) && !(only.checked && row.dataset.well);
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  search.addEventListener("input", filter);
  only.addEventListener("change", filter);
  document.querySelector(".tools").hidden = false;
  filter();

  const key = (row, place) => {
    const told = row.cells[place].dataset.key;
    return told === undefined ? row.cells[place].querySelector(".name").textContent : Number(told);
  };
  const compare = (a, b) => (typeof a === "number" ? a - b || 0 : a.localeCompare(b));
  for (const head of table.tHead.rows[0].cells) {
    if (!("sort" in head.dataset)) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const sign = down ? -1 : 1;
      rows.sort((a, b) => sign * compare(key(a, head.cellIndex), key(b, head.cellIndex)));
      body.append(...rows);
    });
  }
})();
