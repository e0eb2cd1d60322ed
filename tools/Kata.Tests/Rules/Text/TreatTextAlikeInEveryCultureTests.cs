using Kata.Rules.Text;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Text;

public class TreatTextAlikeInEveryCultureTests : RuleTests<TreatTextAlikeInEveryCulture>
{
    [Theory]
    [InlineData("""public static int F(string a, string b) => [|string.Compare(a, b)|];""")]
    [InlineData("""public static int F(string a, string b) => [|a.CompareTo(b)|];""")]
    [InlineData("""public static bool F(string piece) => [|piece.StartsWith("##")|];""")]
    [InlineData("""public static List<string> F(Dictionary<string, int> counts) => [|counts.OrderBy(pair => pair.Key)|].Select(pair => pair.Key).ToList();""")]
    [InlineData("""public static (string, string) F(Dictionary<(string A, string B), int> counts) => [|counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)|].First().Key;""")]
    [InlineData("""public static double F(string text) => [|double.Parse(text)|];""")]
    [InlineData("""public static Dictionary<string, int> F() => new([|StringComparer.InvariantCulture|]);""")]
    [InlineData("""public static bool F(string a, string b) => a.StartsWith(b, [|StringComparison.CurrentCulture|]);""")]
    [InlineData("""public static string F(string text) => [|text.ToLower()|];""")]
    [InlineData("""public static SortedDictionary<string, int> F() => [|new SortedDictionary<string, int>()|];""")]
    [InlineData("""public static string[] F(string[] words) { var copy = words.ToArray(); [|Array.Sort(copy)|]; return copy; }""")]
    public void Points_at_what_depends_on_the_culture(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static int F(string a, string b) => string.CompareOrdinal(a, b);""")]
    [InlineData("""public static bool F(string piece) => piece.StartsWith("##", StringComparison.Ordinal);""")]
    [InlineData("""public static List<string> F(Dictionary<string, int> counts) => counts.Keys.OrderBy(key => key, StringComparer.Ordinal).ToList();""")]
    [InlineData("""public static List<int> F(Dictionary<string, int> counts) => counts.Values.OrderBy(count => count).ToList();""")]
    [InlineData("""public static double F(string text) => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture);""")]
    [InlineData("""public static string F(string text) => text.ToLowerInvariant();""")]
    [InlineData("""public static bool F(string a, string b) => a == b && a.StartsWith('x') && a.Contains("y");""")]
    [InlineData("""public static SortedDictionary<string, int> F() => new(StringComparer.Ordinal);""")]
    [InlineData("""public static (int, int) F(List<(int, int)> pairs) => pairs.Max();""")]
    public void Is_silent_on_ordinal_and_invariant_text(string members) => ShouldBeSilent(members);
}
