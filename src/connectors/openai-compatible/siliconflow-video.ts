/** Videos of SiliconFlow: looked at by a POST, and gone after an hour. */
import type { VideoHabits } from "../kit/openai/video.ts";

export const SILICONFLOW_VIDEO: VideoHabits = {
  create: "/video/submit",
  fields: { seconds: null, size: "image_size" },
  picture: "data",
  job: "requestId",
  look: { path: "/video/status", post: "requestId" },
  states: {
    InQueue: "queued",
    InProgress: "in_progress",
    Succeed: "completed",
    Failed: "failed",
  },
};
