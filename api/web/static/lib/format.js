// Numbers, times and sizes as people write them.

const NUMBER = new Intl.NumberFormat("zh-CN", { maximumFractionDigits: 6 });

/** 1234.5 → 1,234.5; null → —. */
export const number = (n) => (n === null || n === undefined ? "—" : NUMBER.format(n));

/** 12.34 → 12.3. */
export const short = (n, digits = 1) => (n === null || n === undefined ? "—" : Number(n).toFixed(digits).replace(/\.0+$/, ""));

/** 1536 → 1.5 KB. */
export function bytes(n) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let size = n;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : short(size)} ${units[unit]}`;
}

const two = (n) => String(n).padStart(2, "0");

/** 2021-05-06 of a Date, local. */
export const isoDay = (d) => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;

/** Today, local. */
export const today = () => isoDay(new Date());

/** 2021-05-06T08:09Z → 2021-05-06 16:09, local; null → —. */
export function moment(text) {
  if (!text) return "—";
  const d = new Date(text);
  return `${isoDay(d)} ${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** A time as a distance from now: 3 分钟前; older than a day: the date. */
export function ago(text) {
  if (!text) return "—";
  const s = (Date.now() - new Date(text).getTime()) / 1000;
  if (s < 60) return "刚刚";
  if (s < 3600) return `${Math.floor(s / 60)} 分钟前`;
  if (s < 86400) return `${Math.floor(s / 3600)} 小时前`;
  return isoDay(new Date(text));
}

/** Days from today to a day (2021-05-06); negative: past. */
export function daysUntil(day) {
  const [y, m, d] = day.split("-").map(Number);
  const now = new Date();
  return Math.round((Date.UTC(y, m - 1, d) - Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())) / 86400000);
}

/** 0.5 → 50%. */
export const percent = (x) => `${Math.round(x * 100)}%`;
