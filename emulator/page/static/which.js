// Which of the bots this page shows: what stands behind the # of its address; none means the first.

export const which = {
  now: location.hash.slice(1),

  /** The address of something of this bot. */
  at(path) {
    if (!this.now) return path;
    return `${path}${path.includes("?") ? "&" : "?"}bot=${encodeURIComponent(this.now)}`;
  },
};
