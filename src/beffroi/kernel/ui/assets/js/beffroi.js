// The behaviours that every page loads. Each file binds itself to a `data-` attribute and explains its HTML.
import "./behaviours/board.js";
import "./behaviours/alerts.js";
import "./behaviours/bulk.js";
import "./behaviours/confirm.js";
import "./behaviours/copy.js";
import "./behaviours/count.js";
import "./behaviours/dialog.js";
import "./behaviours/draft.js";
import "./behaviours/errors.js";
import "./behaviours/keep.js";
import "./behaviours/live.js";
import "./behaviours/map.js";
import "./behaviours/more.js";
import "./behaviours/password.js";
import "./behaviours/popup.js";
import "./behaviours/print.js";
import "./behaviours/refresh.js";
import "./behaviours/submit.js";
import "./behaviours/suggest.js";
import "./behaviours/sync.js";
import "./behaviours/toast.js";
import "./behaviours/upload.js";
import "./behaviours/uploads.js";
import "./behaviours/when.js";
import "./behaviours/worker.js";

document.documentElement.classList.add("js");
