/**
 * How an inventory is walked, whatever the generation: what a scope names, level by level, and
 * pages that fit together. Knows the messages of neither.
 */
package io.github.chirpconnect.api.inventory;
