/**
 * Who has just spoken, as gateways heard it: tells the log engine whose stream to open where there
 * are more devices than streams.
 */
package io.github.chirpconnect.source.activity;
