/**
 * The records' schemas: a class for each dataset, which is the only list of its fields, and the
 * messages that several have in common. {@code InventorySchemas} says which dataset has which.
 *
 * <p>Names and order of fields are a contract. Fields are only appended, as optional; then
 * increment the version of the schema, and of each schema that contains it.
 *
 * <p>A message says in what way it is absent. ChirpStack v4 leaves out scalars that are at their
 * default: those of its packages {@code gw} and {@code common}, and before 4.1 those of its events
 * (package {@code integration}) too. So absent means 0, false, "" or the enum's first name there.
 * It means null where no version leaves out the field: one that came after 4.1, that only v3 tells,
 * or of an inventory. What v3 does not tell, its mapping to v4's form says as JSON's null.
 */
package io.github.chirpconnect.record.schema;
