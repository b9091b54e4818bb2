/** How walks inform the engines that follow an entity's logs, series or queue. Knows no engine. */
package io.github.chirpconnect.source.listener;
