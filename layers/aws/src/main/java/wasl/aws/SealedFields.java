package wasl.aws;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import wasl.aws.DynamoTable.Write;
import wasl.vault.DataKeys;
import wasl.vault.Place;
import wasl.vault.Sealed;
import wasl.vault.Vault;

/// The sealed attributes of one item, to be sealed anew.
final class SealedFields {
  private record Field(String name, Place place) {}

  private record Member(String list, String name, Place place) {}

  private final Item item;
  private final List<Field> fields = new ArrayList<>();
  private final List<Member> members = new ArrayList<>();

  SealedFields(Item item) {
    this.item = item;
  }

  /// An attribute that may be there.
  SealedFields field(String name, Place place) {
    fields.add(new Field(name, place));
    return this;
  }

  /// An attribute of each map in a list that may be there.
  SealedFields inEach(String list, String name, Place place) {
    members.add(new Member(list, name, place));
    return this;
  }

  /// Those attributes that are not under the tenant's current data key, with their new values.
  Map<String, Object> resealed(Vault vault, Log log) {
    var anew = new LinkedHashMap<String, Object>();
    for (var field : fields) {
      item.optionalBytes(field.name)
          .ifPresent(bytes -> {
            var sealed = new Sealed(bytes);
            var now = resealed(field.place, sealed, vault, log);
            if (!now.equals(sealed)) {
              anew.put(field.name, now.bytes());
            }
          });
    }
    for (var member : members) {
      var standing = item.items(member.list);
      var now = standing.stream().map(each -> resealed(each, member, vault, log)).toList();
      if (!now.equals(standing)) {
        anew.put(member.list, now.stream().map(Item::values).toList());
      }
    }
    return anew;
  }

  // What nobody can open, now or later, is not to keep the rest from being sealed anew.
  private Sealed resealed(Place place, Sealed sealed, Vault vault, Log log) {
    try {
      return vault.reseal(place, sealed);
    } catch (Vault.CannotOpen | DataKeys.KeyGone unreadable) {
      log.warn("not sealed anew")
          .with("record", place.record())
          .with("field", place.field())
          .with("why", unreadable.getClass().getSimpleName())
          .write();
      return sealed;
    }
  }

  private Item resealed(Item each, Member member, Vault vault, Log log) {
    var sealed = new Sealed(each.bytes(member.name));
    var now = resealed(member.place, sealed, vault, log);
    if (now.equals(sealed)) {
      return each;
    }
    var values = new LinkedHashMap<>(each.values());
    values.put(member.name, now.bytes());
    return new Item(values);
  }

  // The version of the record and the very bytes that were read: whatever somebody else wrote since
  // stays. The version does not grow, so a change that was read before and is saved after this one
  // is no conflict; it brings the old bytes back, and the next pass finds them.
  Write.Update update(Map<String, Object> anew) {
    var set = new ArrayList<String>();
    var condition = new StringBuilder("#version = :version");
    var values = new HashMap<String, Object>();
    values.put("version", item.number("version"));
    anew.forEach((name, value) -> {
      set.add("#" + name + " = :new_" + name);
      condition.append(" AND #").append(name).append(" = :was_").append(name);
      values.put("new_" + name, value);
      values.put("was_" + name, item.values().get(name));
    });
    return new Write.Update(
        item.pk(),
        "SET " + String.join(", ", set) + " REMOVE #" + ChangeMarks.ATTRIBUTE,
        condition.toString(),
        values);
  }
}
