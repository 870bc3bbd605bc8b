"use strict";
// The form of a submission: sends the file as it is, shows how far it is, and goes on to the page of its verdict.

(() => {
  const byId = (id) => document.getElementById(id);
  const form = byId("submit"), sent = byId("sent"), cancel = byId("cancel");
  let sending = null;
  byId("server").textContent = location.origin;

  function fail(text) {
    byId("problem").textContent = text;
    byId("problem").hidden = false;
    finish();
  }

  function finish() {
    sending = null;
    byId("sending").hidden = cancel.hidden = true;
    form.querySelector("button.main").disabled = false;
  }

  function megabytes(bytes) {
    return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    const file = byId("file").files[0], token = byId("token").value.trim();
    byId("problem").hidden = true;
    if (!file) return fail("Choose the file of your network.");
    if (!file.size) return fail(`${file.name} is empty.`);
    if (file.size > Number(form.dataset.mostBytes)) return fail(`${file.name} has ${megabytes(file.size)} MB; this site takes ${form.dataset.megabytes} MB.`);
    if (!/^[\x21-\x7e]+$/.test(token)) return fail("The token holds characters that no token has: copy it again.");

    const address = new URL("/api/submissions", location.href);
    address.searchParams.set("team", byId("team").value);
    address.searchParams.set("file_name", file.name.slice(-255));
    sending = new XMLHttpRequest(); // fetch cannot tell how much it has sent
    sending.upload.addEventListener("progress", ({ loaded, total }) => {
      sent.value = loaded / total;
      byId("sent-text").textContent = loaded < total ? `${megabytes(loaded)} of ${megabytes(total)} MB` : "Sent; waiting for the site to answer.";
    });
    sending.addEventListener("load", () => {
      const answer = (() => { try { return JSON.parse(sending.responseText); } catch { return {}; } })();
      if (sending.status === 202) location.assign(`/submit/${answer.id}`);
      else fail(answer.detail ? `${answer.detail[0].toUpperCase()}${answer.detail.slice(1)}.` : `The site answered with status ${sending.status}.`);
    });
    sending.addEventListener("error", () => fail("The connection broke off; nothing was submitted. Try again."));
    sending.addEventListener("abort", () => fail("Cancelled; nothing was submitted."));
    sending.open("POST", address);
    sending.setRequestHeader("Authorization", `Bearer ${token}`);
    sending.setRequestHeader("Content-Type", "application/octet-stream");
    sending.send(file);
    form.querySelector("button.main").disabled = true;
    byId("sending").hidden = cancel.hidden = false;
    sent.value = 0;
  });

  cancel.addEventListener("click", () => sending?.abort());
  addEventListener("beforeunload", (event) => { if (sending && sending.readyState < 4) event.preventDefault(); });
  addEventListener("pageshow", finish);
})();
