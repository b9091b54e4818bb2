/**
 * Connect schemas, and the mapping of what a ChirpStack says to records.
 *
 * <table>
 * <caption>The rules</caption>
 * <tr><th>what</th><th>becomes</th></tr>
 * <tr><td>a field's name</td><td>as in ChirpStack's protobuf files, in snake_case</td></tr>
 * <tr><td>point in time {@code <name>}</td><td>{@code <name>}: Connect's Timestamp, cut to
 *     milliseconds; {@code <name>_text}: RFC 3339 in UTC with all digits that the server gave</td></tr>
 * <tr><td>duration</td><td>text as the server writes it: {@code 1400000000.000000123s}</td></tr>
 * <tr><td>uint32</td><td>INT64, since INT32 would be negative above 2147483647</td></tr>
 * <tr><td>int32</td><td>INT32</td></tr>
 * <tr><td>float, double</td><td>FLOAT32, FLOAT64: exactly protobuf's value, also where a frame prints
 *     9.8 as 9.800000190734863</td></tr>
 * <tr><td>bytes</td><td>BYTES</td></tr>
 * <tr><td>enum</td><td>its name as text</td></tr>
 * <tr><td>EUI, gateway id, device address</td><td>hexadecimal text in lower case</td></tr>
 * <tr><td>tags, metadata, context of a log</td><td>MAP of text to text</td></tr>
 * <tr><td>{@code object}, the codec's output</td><td>JSON text, since its shape is the user's, in the
 *     form of RFC 8785, see {@code CanonicalJson}</td></tr>
 * <tr><td>{@code phy_payload} of a frame</td><td>JSON text in the same form; its usual parts are fields
 *     as well</td></tr>
 * <tr><td>one of several messages ({@code modulation}, {@code timing})</td><td>one field for each; those
 *     that are not it are null, {@code timing.immediately} is true or false</td></tr>
 * <tr><td>a message or time that is absent; the year 1; a location with neither source nor coordinate;
 *     a number that is none</td><td>null</td></tr>
 * <tr><td>a list or map that is absent</td><td>empty</td></tr>
 * <tr><td>a scalar absent</td><td>its default, which v4 leaves out in its packages {@code gw} and {@code
 *     common}, and before 4.1 everywhere: 0, false, empty, the enum's first name</td></tr>
 * <tr><td>a scalar that is younger than 4.1, or that but one generation tells</td><td>null where it is
 *     absent, but for {@code crc_status}, {@code preamble} and {@code no_crc}, which v4 leaves out as
 *     well</td></tr>
 * <tr><td>a field of a newer server that has no place in the schema</td><td>in {@code unknown_fields},
 *     a JSON object by path; logged once</td></tr>
 * <tr><td>an event of a kind not known here</td><td>{@code OtherEntry} in {@code
 *     <prefix>.device.<kind>}: body as text</td></tr>
 * <tr><td>a body that does not fit its schema</td><td>{@code OtherEntry} in {@code
 *     <prefix>.device.unreadable} (a gateway's in {@code <prefix>.gateway.unreadable}), with the reason in {@code error}; logged</td></tr>
 * <tr><td>a record larger than {@code record.max.bytes}</td><td>the same, without its large
 *     parts</td></tr>
 * <tr><td>an item of an inventory</td><td>a record in the topic of its dataset when it is new or has
 *     changed; a field that the schema has no place for is left out, since it might be a secret</td></tr>
 * <tr><td>a scalar of an item that is absent</td><td>null: servers write all that they have</td></tr>
 * <tr><td>a map of an item, as {@code tags}, that the server's list does not tell</td><td>null</td></tr>
 * <tr><td>an item that does not fit its schema, or whose record is too large</td><td>{@code
 *     UnreadableEntity} in {@code <prefix>.<its topic>.unreadable}: those of its fields that have a
 *     place, as text, as far as they are small, and the reason; logged</td></tr>
 * <tr><td>an item that is deleted</td><td>a tombstone in the topic of its dataset</td></tr>
 * <tr><td>a number of a series</td><td>a record; again under the same key while its bucket grows</td></tr>
 * <tr><td>a value in an uplink's {@code object}; of its signal, of a device's battery</td><td>with
 *     measurements: a record under the device and the value's name, see {@code Measurements}</td></tr>
 * <tr><td>a key, or another secret, that has a field</td><td>null, unless {@code
 *     include.secrets}</td></tr>
 * <tr><td>one that has none, in a newer server's fields or in a body as text</td><td>left out by its
 *     name, unless {@code include.secrets}</td></tr>
 * <tr><td>the record's key</td><td>as text the device's EUI, the gateway's id, or what names the item;
 *     of a series {@code <id>|<metric>|<label>|<aggregation>|<time>}</td></tr>
 * <tr><td>the record's timestamp</td><td>the event's time; if that is more than a day before or five
 *     minutes after the time at which the server logged it, the latter. Of an inventory and a series:
 *     when it was read</td></tr>
 * <tr><td>headers</td><td>{@code chirpstack.feed}, {@code chirpstack.api}; of entries also {@code
 *     chirpstack.kind}, {@code chirpstack.id} and, on the first after one, {@code chirpstack.gap}</td></tr>
 * <tr><td>{@code id}, {@code dev_eui} or {@code gateway_id}, {@code gap}</td><td>the first fields of
 *     each entry, as the headers and the key say them</td></tr>
 * <tr><td>{@code deleted}, {@code deleted_at}</td><td>the last fields of each item of an inventory:
 *     false and null as long as it is listed</td></tr>
 * </table>
 *
 * <p>Schemas have names, maps as well, and each its own version, which counts with those of the
 * messages in it. A field keeps its name, type and place for ever; a new one is a scalar, goes to
 * the end and is optional. The same entry gives the same record at each replay, although the
 * server's maps come in another order each time.
 */
package io.github.chirpconnect.record;
