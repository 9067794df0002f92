// What every page has: the organisation's name and the way out.
import { me, post } from "./lib/api.js";
import { tell } from "./lib/toast.js";

const leave = document.getElementById("sign-out");

leave.addEventListener("click", async () => {
  leave.disabled = true;
  try {
    await post("/auth/sign-out");
    location.assign("/");
  } catch (problem) {
    leave.disabled = false;
    tell(problem);
  }
});

try {
  document.getElementById("organisation").textContent = (await me()).organisation.name;
} catch (problem) {
  tell(problem);
}
