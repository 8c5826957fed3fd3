package tasknet.devtools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The links between the documents lead somewhere. */
class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

  @Test
  void everyLinkLeadsToAFileOrAHeading() throws IOException {
    List<Path> documents = Documents.files(".md");
    assertThat(documents).contains(Documents.HOME.resolve("README.md"));
    for (Path document : documents) {
      List<String> links =
          LINK.matcher(Files.readString(document))
              .results()
              .map((MatchResult match) -> match.group(1))
              .filter(link -> !link.startsWith("http"))
              .toList();
      assertThat(links).as(document.toString()).allMatch(link -> leadsSomewhere(document, link));
    }
  }

  private static boolean leadsSomewhere(Path from, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? from : from.resolveSibling(parts[0]);
    return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
  }

  /** As code hosts make them of headings. */
  private static List<String> anchors(Path document) {
    try {
      return Files.readString(document)
          .lines()
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("#+ ", "").toLowerCase(java.util.Locale.ROOT))
          .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
