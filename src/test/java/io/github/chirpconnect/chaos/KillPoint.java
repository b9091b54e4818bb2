package io.github.chirpconnect.chaos;

/** Between which two steps of a command the worker is killed. */
enum KillPoint {
  /** Whatever is going on. */
  ANY,
  /** The worker is about to take its connectors up again. */
  STARTING,
  /** Calls are announced, and the server has not begun to carry them out. */
  BEFORE_THE_CALL,
  /** The server has taken commands, and not answered. */
  BEFORE_THE_ANSWER,
  /** The server's answers get lost. */
  ANSWER_LOST,
  /** The server has answered, and no outcome can be written. */
  BEFORE_THE_OUTCOME,
  /** An outcome was just written, and its offset may not be committed. */
  BEFORE_THE_COMMIT,
  /** Partitions go from task to task, while calls are in flight. */
  REBALANCE
}
