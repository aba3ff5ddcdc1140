package dev.traitflow.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.traitflow.core.event.Event;
import dev.traitflow.core.identity.IdentifierExtractor.Extraction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierExtractorTest {
  private static final String CALL = "{'type':'track','event':'A','userId':'u',%s}";

  private final IdentityLab lab = IdentityLab.withDefaults();

  @Test
  void extractsInTheOrderThatBreaksTies() {
    IdentityLab custom =
        IdentityLab.withRules(
            "{'email_from_properties':true,'identifiers':["
                + "{'type':'loyalty_id','custom_keys':['loyaltyId']}]}");
    assertThat(
            texts(
                custom.extract(
                    "{'context':{'externalIds':[{'id':'L4','type':'loyalty_id','collection':'users',"
                        + "'encoding':'none'}],'traits':{'email':'C@x.io','loyalty_id':'L2'}},"
                        + "'properties':{'loyaltyId':'L3','email':'p@x.io'},"
                        + "'traits':{'loyaltyId':'L1','email':'T@x.io'},"
                        + "'anonymousId':' a ','userId':'u','type':'track','event':'A'}")))
        .isEqualTo(
            "user_id:u anonymous_id:a email:t@x.io loyalty_id:L1 email:c@x.io loyalty_id:L2"
                + " email:p@x.io loyalty_id:L3 loyalty_id:L4");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'context':{'device':{'type':'Android','id':'d','advertisingId':'f','token':'t',"
            + "'adTrackingEnabled':true}}"
            + " | android.id:d android.idfa:f android.push_token:t",
        "'context':{'device':{'type':'ios','id':'d','advertisingId':'f','token':'t',"
            + "'adTrackingEnabled':false}} | ios.id:d ios.push_token:t",
        "'context':{'device':{'type':'ios','advertisingId':'f','adTrackingEnabled':true}}"
            + " | ios.idfa:f",
        "'context':{'device':{'type':'ios','advertisingId':'f','adTrackingEnabled':'true'}} | ''",
        "'context':{'device':{'type':'tv','id':'d'}} | ''",
        "'context':{'device':'phone'} | ''",
        "'context':{'integrations':{'Google Analytics':{'clientId':'9.9'}}} | ga_client_id:9.9",
        "'context':{'traits':{'email':'E@X.io'}} | email:e@x.io",
        "'traits':{'email':'E@X.io'} | email:e@x.io",
        "'traits':{'email':7} | ''",
        "'traits':{'email':'  '} | ''",
        "'properties':{'email':'e@x.io'} | ''",
        "'context':{'\\u0074raits':{'\\u0065mail':'e@x.io'}} | email:e@x.io"
      })
  void findsTheDefaultIdentifiers(String members, String expected) {
    assertThat(texts(lab.extract(CALL.formatted(members))))
        .isEqualTo(("user_id:u " + expected).strip());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'properties':{'app_id':'x9'} | app_id:x9",
        "'properties':{'appId':'x9'} | app_id:x9",
        "'traits':{'app_id':' x9 '} | app_id:x9",
        "'context':{'traits':{'appId':'x9'}} | app_id:x9",
        "'properties':{'appId':12} | app_id:12",
        "'properties':{'appId':12.50} | app_id:12.5",
        "'properties':{'appId':1e3} | app_id:1000",
        "'properties':{'appId':1e99999999999} | app_id:1e99999999999",
        "'properties':{'appId':123456789012345678901} | app_id:123456789012345678901",
        "'properties':{'appId':0} | blocked",
        "'properties':{'appId':true} | ''",
        "'properties':{'appId':['x']} | ''",
        "'properties':{'appId':null} | ''",
        "'properties':{'nested':{'appId':'x'}} | ''",
        "'properties':{'AppId':'x'} | ''"
      })
  void promotesCustomKeysInBothSpellings(String members, String expected) {
    for (String key : new String[] {"appId", "app_id"}) {
      IdentityLab custom =
          IdentityLab.withRules(
              "{'identifiers':[{'type':'app_id','custom_keys':['" + key + "']}]}");
      Extraction found = custom.extract(CALL.formatted(members));
      boolean blocked = expected.equals("blocked");
      assertThat(texts(found)).isEqualTo(blocked ? "user_id:u" : ("user_id:u " + expected).strip());
      assertThat(found.violations()).hasSize(blocked ? 1 : 0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'id':'L1','type':'loyalty_id','collection':'users','encoding':'none'} | loyalty_id:L1",
        "{'id':'A@X.io','type':'email','collection':'users','encoding':'none'} | email:a@x.io",
        "{'id':'L1','type':'loyalty_id','collection':'users'} | invalid",
        "{'id':'L1','type':'loyalty_id','encoding':'none'} | invalid",
        "{'id':'L1','collection':'users','encoding':'none'} | invalid",
        "{'type':'loyalty_id','collection':'users','encoding':'none'} | invalid",
        "{'id':7,'type':'loyalty_id','collection':'users','encoding':'none'} | invalid",
        "{'id':'L1','type':'Loyalty_id','collection':'users','encoding':'none'} | invalid",
        "{'id':'L1','type':'loyalty_id','collection':'cars','encoding':'none'} | invalid",
        "{'id':'L1','type':'loyalty_id','collection':'users','encoding':'base64'} | invalid",
        "{'id':'g','type':'group_id','collection':'users','encoding':'none'} | invalid",
        "[7] | invalid",
        "{'id':'g','type':'group_id','collection':'accounts','encoding':'none'} | ''",
        "{'id':'  ','type':'loyalty_id','collection':'users','encoding':'none'} | ''"
      })
  void takesOnlyWellFormedExternalIds(String entry, String expected) {
    Extraction found = lab.extract(CALL.formatted("'context':{'externalIds':[" + entry + "]}"));
    boolean invalid = expected.equals("invalid");
    assertThat(texts(found)).isEqualTo(invalid ? "user_id:u" : ("user_id:u " + expected).strip());
    assertThat(found.violations()).hasSize(invalid ? 1 : 0);
    if (invalid) {
      assertThat(found.violations().get(0).text()).isEqualTo("invalid_external_id");
    }
  }

  @ParameterizedTest
  @CsvSource({"anonymous", "null", "-1", "000-0", "0", "-", "' null '"})
  void blocksTheSuggestedValuesUnlessTheSpaceListsItsOwn(String value) {
    String call = "{'type':'track','event':'A','anonymousId':'a5','userId':'" + value + "'}";
    Extraction found = lab.extract(call);
    assertThat(texts(found)).isEqualTo("anonymous_id:a5");
    assertThat(found.violations())
        .containsExactly(
            new Violation(
                Violation.BLOCKED,
                Identifier.ofUser("user_id", value.strip()),
                "m-1",
                found.violations().get(0).rule(),
                List.of()));
    IdentityLab open = IdentityLab.withRules("{'identifiers':[{'type':'user_id','blocked':[]}]}");
    assertThat(texts(open.extract(call)))
        .isEqualTo("user_id:" + value.strip() + " anonymous_id:a5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'traits':{'email':'kim\\ud83d@x.io'} | email",
        "'context':{'traits':{'email':'kim\\ude00@x.io'}} | email",
        "'anonymousId':'a\\ud83d' | anonymous_id",
        "'properties':{'cardId':'\\udc00'} | card_id",
        "'context':{'externalIds':[{'id':'x\\ud83d','type':'crm_id','collection':'users',"
            + "'encoding':'none'}]} | crm_id",
        "'context':{'device':{'type':'ios','id':'\\ud83d'}} | ios.id",
        "'context':{'integrations':{'Google Analytics':{'clientId':'\\ud83d'}}} | ga_client_id"
      })
  void anIdentifierWithABrokenCharacterJoinsNobody(String members, String type) {
    IdentityLab custom =
        IdentityLab.withRules("{'identifiers':[{'type':'card_id','custom_keys':['card_id']}]}");
    Extraction found = custom.extract(CALL.formatted(members));
    assertThat(texts(found)).isEqualTo("user_id:u");
    assertThat(found.violations()).hasSize(1);
    Violation violation = found.violations().get(0);
    assertThat(violation.text()).isEqualTo("Identifier has a broken character");
    assertThat(violation.identifier().type()).isEqualTo(type);
    assertThat(violation.identifier().value()).contains("\uFFFD").doesNotContain("?");
  }

  @Test
  void aUserIdWithABrokenCharacterJoinsNobodyToo() {
    Extraction found =
        lab.extract("{'type':'track','event':'A','userId':'u\\ud83d','anonymousId':'a'}");
    assertThat(texts(found)).isEqualTo("anonymous_id:a");
    assertThat(found.violations()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\u00a0", "\\ufeff", "\\u200b", "\\u2060", "\\u0085", "\\u202f", "\\u2007", "\\u3000", " "
      })
  void outerWhiteSpaceOfAnyKindIsNoPartOfAnIdentifier(String space) {
    String wide = space + space;
    IdentityLab custom =
        IdentityLab.withRules(
            "{'identifiers':[{'type':'card_id','custom_keys':['card_id'],"
                + "'blocked':[{'exact':'no"
                + space
                + "'}]}]}");
    assertThat(
            texts(
                custom.extract(
                    "{'type':'track','event':'A','userId':'%su%s','anonymousId':'%s',"
                            .formatted(space, wide, wide)
                        + "'traits':{'email':'%sAda@x.io%s'},'properties':{'cardId':'c%s'}}"
                            .formatted(space, wide, wide))))
        .isEqualTo("user_id:u email:ada@x.io card_id:c");
    Extraction blocked =
        custom.extract(CALL.formatted("'properties':{'cardId':'" + space + "no'}"));
    assertThat(texts(blocked)).isEqualTo("user_id:u");
    assertThat(blocked.violations()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\u00e9", "\u20ac", "\uD83D\uDE00"})
  void anIdentifierHasAtMost1024BytesOfUtf8(String character) {
    int bytes = character.getBytes(StandardCharsets.UTF_8).length;
    String longest = character.repeat(1024 / bytes) + "a".repeat(1024 % bytes);
    assertThat(lab.extract(CALL.formatted("'anonymousId':'" + longest + "'")).identifiers())
        .hasSize(2);
    Extraction found = lab.extract(CALL.formatted("'anonymousId':'" + longest + "b'"));
    assertThat(texts(found)).isEqualTo("user_id:u");
    assertThat(found.violations())
        .extracting(Violation::text)
        .containsExactly("Identifier too long");
    assertThat(found.violations().get(0).identifier().value().length()).isLessThan(300);
  }

  @Test
  void aViolationHoldsTheBeginningOfWhatItIsAboutOnly() {
    String huge = "x".repeat(20_000);
    Extraction found =
        lab.extract(
            CALL.formatted(
                "'context':{'externalIds':[{'id':'%s','type':'%s','collection':'cars'}]}"
                    .formatted(huge, huge.substring(0, 5_000))));
    Identifier shown = found.violations().get(0).identifier();
    assertThat(shown.value()).startsWith("xxx").hasSizeLessThan(300);
    assertThat(shown.type()).startsWith("xxx").hasSizeLessThan(300);
  }

  @ParameterizedTest
  @CsvSource({"\\u00a0g1\\u200b, g1, ''", "g\\ud83d, '', broken", "LONG, '', too long"})
  void theAccountOfAGroupCallObeysTheSameRules(String groupId, String expected, String problem) {
    String raw = groupId.replace("LONG", "\u20ac".repeat(400));
    Event event = lab.event(0, "{'type':'group','userId':'u','groupId':'" + raw + "'}");
    IdentifierExtractor extractor = new IdentifierExtractor(IdentityRules.DEFAULT);
    Identifier account = extractor.account(event);
    assertThat(account == null ? "" : account.value()).isEqualTo(expected);
    List<Violation> violations = extractor.extract(event).violations();
    assertThat(violations).hasSize(problem.isEmpty() ? 0 : 1);
    violations.forEach(
        violation -> {
          assertThat(violation.text()).contains(problem);
          assertThat(violation.identifier().type()).isEqualTo("group_id");
        });
  }

  @ParameterizedTest
  @CsvSource({
    "undefined", "nan", "none", "nil", "(null)", "[object object]", "guest", "distinct_id",
    "not_authenticated", "true", "false", "'0'", "NaN", "Undefined", "GUEST", "[object Object]",
    "None", "NULL", "Anonymous", "' Nil\u00a0'"
  })
  void blocksWhatProgramsWriteForNobodyUnlessTheSpaceKeepsToTheVendorsValues(String value) {
    String call =
        "{'type':'track','event':'A','userId':'%s','anonymousId':'%s','traits':{'email':'%s'}}"
            .formatted(value, value, value);
    assertThat(lab.extract(call).identifiers())
        .extracting(Identifier::type)
        .doesNotContain("user_id", "anonymous_id");
    IdentityLab vendor = IdentityLab.withRules("{'blocked_defaults':'vendor'}");
    assertThat(vendor.extract(call).identifiers().stream().map(Identifier::type).toList())
        .as("the vendor blocks rows of zeros too")
        .matches(types -> types.contains("user_id") != value.equals("0"));
    IdentityLab own =
        IdentityLab.withRules(
            "{'blocked_defaults':'extended','identifiers':[{'type':'user_id','blocked':[]}]}");
    assertThat(own.extract(call).identifiers())
        .extracting(Identifier::type)
        .contains("user_id")
        .doesNotContain("anonymous_id");
  }

  @ParameterizedTest
  @CsvSource({"guest1", "a guest", "nilsson", "truenorth", "00a", "not_authenticated2", "naNa"})
  void takesValuesThatOnlyBeginLikeBlockedOnes(String value) {
    String call = "{'type':'track','event':'A','userId':'" + value + "'}";
    assertThat(texts(lab.extract(call))).isEqualTo("user_id:" + value);
  }

  @Test
  void givesNoIdentifiersIfAllAreBlockedOrBlank() {
    Extraction found =
        lab.extract("{'type':'track','event':'A','anonymousId':' ','userId':'null'}");
    assertThat(found.identifiers()).isEmpty();
    assertThat(found.violations()).hasSize(1);
  }

  @Test
  void listsEachIdentifierOnce() {
    assertThat(
            texts(
                lab.extract(
                    CALL.formatted(
                        "'traits':{'email':'e@x.io'},'context':{'traits':{'email':'E@x.io'}}"))))
        .isEqualTo("user_id:u email:e@x.io");
  }

  @Test
  void takesTraitsOfAGroupCallForTheAccounts() {
    String call =
        "{'type':'group','userId':'u','groupId':' g1 ','traits':{'email':'office@x.io'},"
            + "'context':{'traits':{'email':'ada@x.io'}}}";
    assertThat(texts(lab.extract(call))).isEqualTo("user_id:u email:ada@x.io");
    IdentifierExtractor extractor = new IdentifierExtractor(IdentityRules.DEFAULT);
    Event event = lab.event(IdentityLab.START, call);
    assertThat(extractor.account(event)).isEqualTo(new Identifier("accounts", "group_id", "g1"));
    Event identify = lab.event(0, "{'type':'identify','userId':'u','groupId':'g1'}");
    assertThat(extractor.account(identify)).isNull();
  }

  @Test
  void findsCustomKeysWhoseNamesNeedEscapes() {
    IdentityLab custom =
        IdentityLab.withRules("{'identifiers':[{'type':'t','custom_keys':['a\\\\b','größe']}]}");
    assertThat(texts(custom.extract(CALL.formatted("'properties':{'a\\\\b':'1','größe':'2'}"))))
        .isEqualTo("user_id:u t:1 t:2");
  }

  private static String texts(Extraction extraction) {
    StringBuilder out = new StringBuilder();
    for (Identifier id : extraction.identifiers()) {
      assertThat(id.collection()).isEqualTo("users");
      out.append(id.type()).append(':').append(id.value()).append(' ');
    }
    return out.toString().strip();
  }
}
