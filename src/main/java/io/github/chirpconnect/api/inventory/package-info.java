/**
 * Walks an inventory, for both generations: a scope, level by level, in pages that fit together.
 * Knows no generation's messages.
 */
package io.github.chirpconnect.api.inventory;
