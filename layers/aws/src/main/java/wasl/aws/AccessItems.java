package wasl.aws;

import java.util.Optional;
import java.util.stream.Collectors;
import wasl.access.AccessStore.Bootstrapped;
import wasl.access.ApiKey;
import wasl.access.ApiKeyId;
import wasl.access.Project;
import wasl.access.ProjectId;
import wasl.access.Role;
import wasl.access.Scope;

/// The items of projects, API keys and the bootstrap: the one class that knows their attributes.
public final class AccessItems {
  static final String KEY_KIND = "api-key";
  static final String VERSION = "version";
  static final String BOOTSTRAP_KEY = "key";
  private static final int FORM = 1;

  private AccessItems() {}

  public static Item project(Project project) {
    return Item.with(ItemKeys.project(project.id()))
        .number(ItemKeys.FORM, FORM)
        .text(ItemKeys.LIST_KEY, ItemKeys.projectList())
        .text(ItemKeys.LIST_SORT, ItemKeys.listSort(project.createdAt(), project.id().value()))
        .text("id", project.id().value())
        .text("name", project.name())
        .time("createdAt", project.createdAt())
        .build();
  }

  static Project project(Item item) {
    Forms.demand(item, FORM);
    return new Project(new ProjectId(item.text("id")), item.text("name"), item.time("createdAt"));
  }

  static Item key(ApiKey key) {
    var item =
        Item.with(ItemKeys.apiKey(key.id().value()))
            .number(ItemKeys.FORM, FORM)
            .text(ItemKeys.LIST_KEY, ItemKeys.list(key.tenant(), KEY_KIND))
            .text(ItemKeys.LIST_SORT, ItemKeys.listSort(key.createdAt(), key.id().value()))
            .text("id", key.id().value())
            .text("name", key.name())
            .text("role", key.role().map(Role::wireName))
            .texts("scopes", key.scopes().stream().sorted().map(Scope::wireName).toList())
            .items(
                "hashes",
                key.hashes().stream()
                    .map(hash ->
                        Item.builder()
                            .text("sha256", hash.sha256Hex())
                            .time("until", hash.until())
                            .build())
                    .toList())
            .time("createdAt", key.createdAt())
            // Not the attribute of the same meaning that DynamoDB deletes by: an expired key
            // stays in the list.
            .time("goodUntil", key.expiresAt())
            .number(VERSION, key.version());
    TenantAttributes.write(item, key.tenant());
    return item.build();
  }

  static ApiKey key(Item item) {
    Forms.demand(item, FORM);
    return new ApiKey(
        TenantAttributes.read(item),
        new ApiKeyId(item.text("id")),
        item.text("name"),
        item.optionalText("role").flatMap(Role::of),
        // A scope that this version does not know allows nothing.
        item.texts("scopes").stream()
            .map(Scope::of)
            .flatMap(Optional::stream)
            .collect(Collectors.toUnmodifiableSet()),
        item.items("hashes").stream()
            .map(hash -> new ApiKey.Hash(hash.text("sha256"), hash.optionalTime("until")))
            .toList(),
        item.time("createdAt"),
        item.optionalTime("goodUntil"),
        item.number(VERSION));
  }

  static Item bootstrap(ApiKey key) {
    return Item.with(ItemKeys.bootstrap())
        .number(ItemKeys.FORM, FORM)
        .text("project", key.tenant().project().value())
        .text(BOOTSTRAP_KEY, key.id().value())
        .build();
  }

  static Bootstrapped bootstrap(Item item) {
    Forms.demand(item, FORM);
    return new Bootstrapped(
        new ProjectId(item.text("project")), new ApiKeyId(item.text(BOOTSTRAP_KEY)));
  }
}
