"use strict";
// Puts in place what the gateway sends of a page that stays open. Without it the page is right as well, until it is old.
(() => {
  const live = document.querySelector("[data-live]");
  if (!live || !window.EventSource) {
    return;
  }
  const AGAIN = 5000;
  const sign = document.getElementById("live");
  const words = sign.querySelector("span");
  const summary = document.getElementById("summary");
  let source = null;
  let timer = 0;

  const say = (level, text) => {
    sign.hidden = false;
    sign.className = "live " + level;
    if (words.textContent !== text) {
      words.textContent = text;
    }
  };

  const put = (name) => (event) => {
    const place = document.getElementById(name);
    const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
    place.innerHTML = event.data;
    if (focused) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
    const said = place.querySelector("[data-summary]")?.dataset.summary;
    if (said && summary.textContent !== said) {
      summary.textContent = said;
    }
  };

  const stop = () => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const start = () => {
    stop();
    source = new EventSource(live.dataset.live);
    source.onopen = () => say("on", "Live");
    source.onerror = () => {
      say("off", "Not live: trying again");
      if (source && source.readyState === EventSource.CLOSED) {
        stop();
        timer = setTimeout(start, AGAIN);
      }
    };
    for (const part of ["board", "timeline", "fleet"]) {
      source.addEventListener(part, put(part));
    }
    // The session is over: the page leads to the sign-in.
    source.addEventListener("end", () => {
      stop();
      location.reload();
    });
  };

  // A page that nobody sees takes no place of one that somebody does.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  if (!document.hidden) {
    start();
  }
})();
