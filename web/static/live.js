"use strict";
// Shows anew what has changed while a page is open. Nothing depends on it: without it a page is loaded again by hand.
(() => {
  const board = document.querySelector("[data-board]");
  const rows = document.querySelector("[data-list]");
  const list = document.querySelector("[data-messages]");
  if ((!board && !rows && !list) || !window.EventSource) return;
  const LATE = 1000; // milliseconds: a page that is older when its stream begins may have missed something
  const waiting = new Set();
  let busy = false;

  const boardAnew = (parts) => {
    const shown = parts.map((part) => document.getElementById(part)).filter(Boolean);
    const query = shown.map((one) => `&${one.id}=${one.dataset.as}`).join("");
    return shown.length ? htmx.ajax("GET", board.dataset.board + query, { target: board, swap: "none" }) : null;
  };
  const rowsAnew = () => {
    const shown = document.getElementById("list");
    if (!shown || shown.contains(document.activeElement)) return null;
    const here = location.pathname + location.search;
    return htmx.ajax("GET", here, { target: shown, select: "#list", swap: "outerHTML" });
  };
  const listAnew = async () => {
    const answer = await fetch(list.dataset.messages);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of ["messages", "links"]) {
      const [now, then] = [page.getElementById(id), document.getElementById(id)];
      if (now && then && !then.contains(document.activeElement)) then.replaceWith(document.adoptNode(now));
    }
  };
  const show = async () => {
    if (busy || document.hidden || !waiting.size) return;
    const parts = [...waiting];
    waiting.clear();
    busy = true;
    try {
      if (board) await boardAnew(parts);
      else if (rows && parts.some((part) => part !== "messages")) await rowsAnew();
      else if (list && parts.includes("messages")) await listAnew();
    } finally {
      busy = false;
    }
    show();
  };
  const hear = (text) => {
    for (const part of text.split(" ")) waiting.add(part);
    show();
  };
  document.addEventListener("visibilitychange", show);

  // One stream for all pages that this browser has open: whoever holds the lock tells the others.
  const others = window.BroadcastChannel ? new BroadcastChannel("tongxin") : null;
  const listen = () => {
    const stream = new EventSource("/live");
    let opened = false;
    const tell = (text) => {
      hear(text);
      if (others) others.postMessage(text);
    };
    stream.onmessage = (event) => tell(event.data);
    stream.onopen = () => {
      if (opened || performance.now() > LATE) tell("wait five month year people broadcasts register audit messages"); // what was missed meanwhile
      opened = true;
    };
  };
  if (others) others.onmessage = (event) => hear(event.data);
  if (others && navigator.locks) navigator.locks.request("tongxin", () => new Promise(listen));
  else listen();
})();
