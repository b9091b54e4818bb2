/**
 * The forms in which records are written: {@code struct} as they are mapped, {@code flat} with
 * scalars alone, {@code json} without a schema.
 *
 * <p>The flat form is made from a struct's schema by rules, the same for each topic:
 *
 * <table>
 * <caption>The rules</caption>
 * <tr><th>what</th><th>becomes</th></tr>
 * <tr><td>{@code id}, {@code dev_eui} or {@code gateway_id}, {@code gap}, {@code time}, {@code
 *     time_text}</td><td>the first columns, in this order</td></tr>
 * <tr><td>a scalar</td><td>a column of the same name and type</td></tr>
 * <tr><td>{@code device_info}</td><td>columns with its fields' own names; its {@code dev_eui} is there
 *     already</td></tr>
 * <tr><td>another message that has scalars alone</td><td>columns with its name before theirs: {@code
 *     location_latitude}</td></tr>
 * <tr><td>a list, a map, any other message</td><td>a column of JSON text in the form of {@link
 *     io.github.chirpconnect.record.json.CanonicalJson}: names as in the struct, bytes in base64, times
 *     as text with all their digits, and no nulls</td></tr>
 * <tr><td>{@code rx_info}</td><td>before its JSON text: how many receptions there are, and the best one's
 *     gateway, RSSI and SNR</td></tr>
 * <tr><td>{@code tx_info}</td><td>before its JSON text: frequency, bandwidth, spreading factor</td></tr>
 * </table>
 *
 * <p>A field that is added to a message in a record becomes a column in the midst of others, which
 * Protobuf does not bear: a test stops it. It then has to be moved to the end here.
 */
package io.github.chirpconnect.record.format;
