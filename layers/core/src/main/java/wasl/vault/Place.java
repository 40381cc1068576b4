package wasl.vault;

import wasl.access.Tenant;

/// Where a sealed value belongs; it opens nowhere else.
///
/// @param record the record's own name, as kind and id: `inbound-webhook#inw_…`
/// @param field the attribute: `secret`
public record Place(Tenant tenant, String record, String field) {}
