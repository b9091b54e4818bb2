/** What the walks say to those who follow an entity's logs, series or queue. Knows no engine. */
package io.github.chirpconnect.source.listener;
