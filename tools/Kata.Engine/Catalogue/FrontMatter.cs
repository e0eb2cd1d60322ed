using System.Globalization;

namespace Kata.Engine.Catalogue;

/// <summary>What a statement says about its kata before it begins: the YAML at the top of its README.</summary>
/// <param name="Difficulty">1 (warm-up) to 3 (hard).</param>
/// <param name="Minutes">How long a prepared reader takes.</param>
/// <param name="Needs">The numbers of the katas to solve before.</param>
/// <param name="TimeLimit">How long all its tests may take; null for the tool's default.</param>
/// <param name="Rules">The rules that speak in this kata beyond the general ones, each an id with its arguments.</param>
public sealed record FrontMatter(
    int Difficulty, int Minutes, IReadOnlyList<int> Needs, TimeSpan? TimeLimit, IReadOnlyList<string> Rules)
{
    /// <summary>Reads the text between the two <c>---</c> lines.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="file">Named in errors.</param>
    /// <exception cref="KataException">A key is missing, misspelt or of the wrong kind.</exception>
    public static FrontMatter Parse(string yaml, string file)
    {
        var map = YamlMap.Parse(yaml, file, linesAbove: 1);
        map.AllowOnly("difficulty", "minutes", "needs", "timeLimit", "rules");
        return new FrontMatter(
            map.Integer("difficulty", 1, 3),
            map.Integer("minutes", 1, 999),
            [.. map.TextList("needs").Select(text => KataNumber(text, map))],
            map.OptionalInteger("timeLimit", 1, 600) is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            map.TextList("rules"));
    }

    private static int KataNumber(string text, YamlMap map) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1000
            ? number
            : throw map.Error("needs", Texts.NeedsNotNumber.With(text));
}
