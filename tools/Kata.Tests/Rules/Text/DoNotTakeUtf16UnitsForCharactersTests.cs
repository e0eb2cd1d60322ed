using Kata.Rules.Text;
using Kata.Tests.Rules.Harness;

namespace Kata.Tests.Rules.Text;

public class DoNotTakeUtf16UnitsForCharactersTests : RuleTests<DoNotTakeUtf16UnitsForCharacters>
{
    [Theory]
    [InlineData("""public static List<string> F(string text) => text.Select(unit => [|unit.ToString()|]).ToList();""")]
    [InlineData("""public static List<string> F(string text) { var result = new List<string>(); foreach (var c in text) { result.Add([|c.ToString()|]); } return result; }""")]
    [InlineData("""public static string F(string text) => new string([|text.Reverse()|].ToArray());""")]
    [InlineData("""public static double F(string text, int tokens) => (double)tokens / [|text.Length|];""")]
    [InlineData("""public static double F(List<string> lines, int tokens) { long units = 0; foreach (var line in lines) { units += [|line.Length|]; } return (double)tokens / units; }""")]
    [InlineData("""public static double F(List<string> lines, int tokens) => (double)tokens / lines.Sum(line => [|line.Length|]);""")]
    [InlineData("""public static byte[] F(string text) => text.SelectMany(unit => Encoding.UTF8.GetBytes([|new[] { unit }|])).ToArray();""")]
    [InlineData("""public static char[] F(string text) => [|text.ToCharArray()|];""")]
    [InlineData("""public static List<string> F(string s) { var r = new List<string>(); for (var i = 0; i < s.Length; i++) { r.Add([|s[i].ToString()|]); } return r; }""")]
    public void Points_at_units_that_become_tokens(string members) => ShouldReport(members);

    [Theory]
    [InlineData("""public static List<string> F(string text) => text.EnumerateRunes().Select(rune => rune.ToString()).ToList();""")]
    [InlineData("""public static string[] F(string text) => text.Split(' ');""")]
    [InlineData("""public static byte[] F(string text) => Encoding.UTF8.GetBytes(text);""")]
    [InlineData("""
        public static List<string> F(string text)
        {
            var result = new List<string>();
            for (var i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
            {
                result.Add(char.IsSurrogatePair(text, i) ? text.Substring(i, 2) : text[i].ToString());
            }

            return result;
        }
        """)]
    [InlineData("""public static int F(string specification) => specification.IndexOf(',');""")]
    [InlineData("""public static int F(List<string> lines) => lines.Sum(line => line.Length);""")]
    [InlineData("""public static bool F(string text) => text.Any(char.IsWhiteSpace) || text.Length == 0;""")]
    public void Is_silent_on_runes_bytes_and_separators(string members) => ShouldBeSilent(members);
}
