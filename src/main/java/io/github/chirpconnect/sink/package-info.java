/**
 * The sink task and its wiring.
 *
 * <p>The task thread owns all state. Answers from the server and from the outcome producer arrive
 * on other threads. Those threads only add a callback to the {@link
 * io.github.chirpconnect.common.CompletionQueue}; the task thread runs it during {@code put()} or
 * {@code preCommit()}.
 *
 * <pre>
 * record ─ command: CommandReader ─ dispatch: Lanes (one per device) ─ Dispatcher ─ ChirpStack
 *                       │ invalid                                          │ answer, refusal, no answer
 *                       │                                                  ├─ doubt: may it have been sent?
 *                       └───────────── outcome: OutcomeReporter ───────────┘
 *                         errant record reporter, outcome topic, PartitionCommits
 * </pre>
 *
 * <p>Who knows whom: {@code command} knows none of the others; {@code outcome} knows {@code
 * command}; {@code doubt} and {@code gate} know both; {@code dispatch} knows all four.
 */
package io.github.chirpconnect.sink;
