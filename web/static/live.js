"use strict";
// Shows anew what has changed while a page is open. Nothing depends on it: without it a page is loaded again by hand.
(() => {
  const board = document.querySelector("[data-board]");
  const list = document.querySelector("[data-messages]");
  if ((!board && !list) || !window.EventSource) return;
  const waiting = new Set();
  let busy = false;

  const boardAnew = (parts) => {
    const shown = parts.map((part) => document.getElementById(part)).filter(Boolean);
    const query = shown.map((one) => `&${one.id}=${one.dataset.as}`).join("");
    return shown.length ? htmx.ajax("GET", board.dataset.board + query, { target: board, swap: "none" }) : null;
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
      else if (parts.includes("messages")) await listAnew();
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
      if (opened) tell("wait five month year people broadcasts register audit messages"); // what was missed meanwhile
      opened = true;
    };
  };
  if (others) others.onmessage = (event) => hear(event.data);
  if (others && navigator.locks) navigator.locks.request("tongxin", () => new Promise(listen));
  else listen();
})();
