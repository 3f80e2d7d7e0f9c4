// One screen of the strip: drawn by the server, small, and out of reach. Its tree is its own, so that ids on it
// cannot meet those of the phone.
class FlowMiniature extends HTMLElement {
  static observedAttributes = ["data-url"];
  #screen = null;
  #isSeen = false;

  connectedCallback() {
    if (this.#screen) return;
    const root = this.attachShadow({ mode: "open" });
    root.append(document.getElementById("miniature-styles").content.cloneNode(true));
    this.#screen = document.createElement("div");
    this.#screen.style.cssText = "inline-size: 360px; block-size: 440px; zoom: var(--miniature)";
    root.append(this.#screen);
    // A Flow may have a hundred screens; only those in sight are asked for.
    new IntersectionObserver((entries, observer) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      this.#isSeen = true;
      void this.#draw();
    }).observe(this);
  }

  attributeChangedCallback() {
    if (this.#isSeen) void this.#draw();
  }

  async #draw() {
    const url = this.dataset.url;
    if (!url) return;
    const response = await fetch(url).catch(() => null);
    const html = response?.ok ? await response.text() : null;
    if (html !== null && url === this.dataset.url) this.#screen.innerHTML = html;
  }
}
customElements.define("flow-miniature", FlowMiniature);
