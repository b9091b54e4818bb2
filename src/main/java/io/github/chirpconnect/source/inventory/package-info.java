/** The engine for inventories: it walks, compares, and finds what was deleted. */
package io.github.chirpconnect.source.inventory;
