package wasl.aws;

import wasl.access.Tenant;
import wasl.vault.Sealed;
import wasl.web.CallMemory.Known;
import wasl.web.IdempotentCalls;

/// The item of a call that carries an `Idempotency-Key`. The one class that knows its attributes.
final class CallItem {
  static final int FORM = 1;
  static final String OWNER = "owner";
  static final String UNTIL = "until";
  static final String ANSWER = "answer";

  private CallItem() {}

  static String key(Tenant tenant, String id) {
    return ItemKeys.call(tenant, id);
  }

  static Item write(Known call) {
    var item =
        Item.with(key(call.tenant(), call.id()))
            .number(ItemKeys.FORM, FORM)
            .text("id", call.id())
            .bytes("beginning", call.beginning().bytes())
            .time("firstTry", call.firstTry())
            .text(OWNER, call.owner())
            .time(UNTIL, call.until())
            .number(
                ItemKeys.EXPIRES_AT, call.firstTry().plus(IdempotentCalls.KEPT).getEpochSecond());
    TenantAttributes.write(item, call.tenant());
    call.answer().ifPresent(sealed -> item.bytes(ANSWER, sealed.bytes()));
    return item.build();
  }

  static Known read(Item item) {
    Forms.demand(item, FORM);
    return new Known(
        TenantAttributes.read(item),
        item.text("id"),
        new Sealed(item.bytes("beginning")),
        item.time("firstTry"),
        item.text(OWNER),
        item.time(UNTIL),
        item.optionalBytes(ANSWER).map(Sealed::new));
  }
}
