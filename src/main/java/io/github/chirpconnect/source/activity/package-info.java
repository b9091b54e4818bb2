/**
 * Signals from gateways: they tell the log engine which device's stream to open if there are more
 * devices than streams.
 */
package io.github.chirpconnect.source.activity;
