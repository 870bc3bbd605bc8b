"use strict";
// Waits for the verdict on a submission and then shows it.

(() => {
  const place = document.getElementById("place");
  const state = place.textContent;

  async function wait() {
    for (;;) {
      const answer = await fetch(`/api/submissions/${place.dataset.upload}?wait=20`).catch(() => null);
      if (answer?.ok) {
        const upload = await answer.json();
        if (upload.verdict || upload.state === "replaced") return location.reload();
        if (upload.state === "checking") place.textContent = "The network is read and evaluated on positions of real games. This takes some seconds.";
        else place.textContent = upload.place ? `${upload.place} ${upload.place === 1 ? "file is" : "files are"} checked before this one.` : "This file is the next to be checked.";
      } else {
        place.textContent = `${state.trim()} (The site does not answer; trying again.)`;
        await new Promise((resolve) => { setTimeout(resolve, 2000); }); // the site may be started again just now
      }
    }
  }

  wait();
})();
