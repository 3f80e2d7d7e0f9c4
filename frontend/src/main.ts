// Everything the pages need from a script: htmx with its event stream, and a few habits of our own.
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/atkinson-hyperlegible-mono/wght.css";
import "./htmx";
import "./connection";
import "./copying";
import "./dialogs";
import "./dock";
import "./following";
import "./live";
import "./months";
import "./searching";
import "./tabs";
import "./times";
import "./toasts";
import "./uploads";
