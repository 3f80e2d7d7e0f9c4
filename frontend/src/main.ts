// Everything the pages need from a script: htmx with its event stream, and a few habits of our own.
import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/atkinson-hyperlegible-mono/wght.css";
import "./htmx";
import "./copying";
import "./dialogs";
import "./dock";
import "./following";
import "./tabs";
import "./times";
