// Hands in what Telegram says about who opened the page, and takes over its colours. Telegram's own script is not needed.
"use strict";
(() => {
  const given = new URLSearchParams(location.hash.slice(1));
  const form = document.querySelector("form");
  const framed = window.parent !== window;
  let theme = {};
  try {
    theme = JSON.parse(given.get("tgWebAppThemeParams") || "{}");
  } catch {
    theme = {};
  }
  const colours = {
    b: "bg_color", c: "secondary_bg_color", f: "text_color", m: "hint_color", p: "button_color", o: "button_text_color",
  };
  const isColour = (word) => /^#[0-9a-fA-F]{6}$/.test(word || "");
  for (const [name, told] of Object.entries(colours)) {
    if (isColour(theme[told])) document.documentElement.style.setProperty(`--${name}`, theme[told]);
  }
  const put = (name, value) => {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  };
  const tell = (event) => {
    const said = JSON.stringify({ eventType: event, eventData: null });
    if (window.TelegramWebviewProxy) window.TelegramWebviewProxy.postEvent(event, "null");
    else if (framed) window.parent.postMessage(said, "https://web.telegram.org");
  };
  if (isColour(theme.bg_color)) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(theme.bg_color.slice(at, at + 2), 16));
    put("scheme", red * 0.299 + green * 0.587 + blue * 0.114 < 128 ? "dark" : "light");
  }
  put("data", given.get("tgWebAppData") || "");
  history.replaceState(null, "", location.pathname);
  tell("web_app_ready");
  tell("web_app_expand");
  // A browser keeps no cookie for a frame in another site: there the page opens beside it, which takes a press.
  const around = location.ancestorOrigins?.[0];
  if (framed && !(around && new URL(around).hostname === location.hostname)) form.target = "_blank";
  else if (given.get("tgWebAppData")) form.submit();
})();
