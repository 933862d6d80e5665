#include "entities/users.h"

#include "entities/test_store.h"

namespace sluice::entities {
namespace {

using testing::kind_of;
using testing::kNow;
using testing::must;
using testing::user_with;

class UsersTest : public testing::StoreTest {
 protected:
  Users& users() { return store().users(); }
  Result<User> create(const std::string& email, Role role = Role::Viewer) {
    return committed(
        [&](Transaction& t) { return users().create(t, user_with(email, role), kNow); });
  }
  Result<void> update(const User& user) {
    return committed([&](Transaction& t) { return users().update(t, user); });
  }
  Result<void> remove(const std::string& id) {
    return committed([&](Transaction& t) { return users().remove(t, id); });
  }
};

TEST_F(UsersTest, FindsByEmailInEitherCase) {
  const User created = must(create("Ada@Example.org", Role::Operator));

  const auto found = must(users().find_by_email("ada@example.ORG"));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, created.id);
  EXPECT_EQ(found->email, "Ada@Example.org");
  EXPECT_EQ(found->role, Role::Operator);
  EXPECT_EQ(found->created, kNow);
}

TEST_F(UsersTest, RefusesASecondOneWithTheSameEmail) {
  must(create("ada@example.org"));

  const auto second = create("ADA@example.org");

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(second.error().what, "A user with the e-mail address 'ADA@example.org' already exists");
}

TEST_F(UsersTest, RefusesWhatIsNoAddress) {
  for (const char* const email : {"", "ada", "@example.org", "ada@", "a b@c", "a\n@b"}) {
    EXPECT_EQ(kind_of(create(email)), ErrorKind::Invalid) << email;
  }
}

TEST_F(UsersTest, KeepsTheLastAdministrator) {
  User admin = must(create("admin@localhost", Role::Admin));
  must(create("viewer@localhost"));

  EXPECT_EQ(kind_of(remove(admin.id)), ErrorKind::Invalid);
  admin.role = Role::Operator;
  EXPECT_EQ(kind_of(update(admin)), ErrorKind::Invalid);
  admin.role = Role::Admin;
  admin.enabled = false;
  EXPECT_EQ(kind_of(update(admin)), ErrorKind::Invalid);
}

TEST_F(UsersTest, LetsAnAdministratorGoWhenThereIsAnother) {
  const User first = must(create("first@localhost", Role::Admin));
  must(create("second@localhost", Role::Admin));

  must(remove(first.id));

  EXPECT_EQ(must(users().count()), 1U);
  EXPECT_EQ(kind_of(users().get(first.id)), ErrorKind::NotFound);
}

TEST_F(UsersTest, ADisabledAdministratorIsNoOther) {
  const User first = must(create("first@localhost", Role::Admin));
  User second = must(create("second@localhost", Role::Admin));
  second.enabled = false;
  must(update(second));

  EXPECT_EQ(kind_of(remove(first.id)), ErrorKind::Invalid);
}

TEST_F(UsersTest, UpdateLeavesThePassword) {
  User user = must(create("a@b"));
  must(committed(
      [&](Transaction& t) { return users().set_password(t, user.id, "hash", kNow + 5); }));
  user.password_hash = "another";
  user.first_name = "Ada";
  must(update(user));

  const User kept = must(users().get(user.id));

  EXPECT_EQ(kept.password_hash, "hash");
  EXPECT_EQ(kept.password_changed, kNow + 5);
  EXPECT_EQ(kept.first_name, "Ada");
}

TEST_F(UsersTest, ANewPasswordEndsTheLockAndTheLogins) {
  const User user = must(create("a@b"));
  must(committed([&](Transaction& t) -> Result<void> {
    must(store().refresh_tokens().add(t, {"token", "family", user.id, kNow, kNow + 1000}));
    return users().set_failed_logins(t, user.id, 5, kNow + 1000);
  }));
  EXPECT_EQ(must(users().get(user.id)).failed_logins, 5U);

  must(committed([&](Transaction& t) { return users().set_password(t, user.id, "hash", kNow); }));

  EXPECT_EQ(must(users().get(user.id)).failed_logins, 0U);
  EXPECT_EQ(must(users().get(user.id)).locked_until, 0);
  EXPECT_FALSE(must(store().refresh_tokens().is_family_alive("family")));
}

TEST_F(UsersTest, TellsWhoIsNotThere) {
  EXPECT_EQ(kind_of(users().get("nobody")), ErrorKind::NotFound);
  EXPECT_EQ(kind_of(remove("nobody")), ErrorKind::NotFound);
  User nobody = user_with("a@b");
  nobody.id = "nobody";
  EXPECT_EQ(kind_of(update(nobody)), ErrorKind::NotFound);
  EXPECT_FALSE(must(users().find_by_email("nobody@localhost")));
}

TEST_F(UsersTest, SortsAndSearches) {
  must(create("bob@x"));
  must(create("ann@x"));
  must(create("eve@y"));

  auto request = testing::sorted("email", SortOrder::Descending);
  request.text_search = "@X";

  const auto page = must(users().page(request));

  ASSERT_EQ(page.items.size(), 2U);
  EXPECT_EQ(page.items[0].email, "bob@x");
  EXPECT_EQ(page.items[1].email, "ann@x");
}

TEST(Role, HasTbmqsNameForAdministrators) {
  EXPECT_EQ(parse_role("SYS_ADMIN"), Role::Admin);
  for (const Role role : {Role::Viewer, Role::Operator, Role::Admin}) {
    EXPECT_EQ(parse_role(to_string(role)), role);
  }
  EXPECT_EQ(parse_role("admin"), std::nullopt);
}

}  // namespace
}  // namespace sluice::entities
