/**
 * The sink task: reads a command, takes it to the server, and accounts for it.
 *
 * <p>The task thread owns all state. Answers of the server and of the outcome producer arrive on
 * other threads and only put a letter into the {@link io.github.chirpconnect.sink.CompletionQueue};
 * the task thread handles them when Connect lends it to {@code put()} or {@code preCommit()}.
 *
 * <pre>
 * record ─ CommandReader ─ Lanes (one a device) ─ Dispatcher ─ ChirpStack
 *              │ bad                                  │ answered, refused, in doubt
 *              └──────────────── Settlement ──────────┘
 *                    errant record reporter, outcome log, PartitionCommits
 * </pre>
 */
package io.github.chirpconnect.sink;
