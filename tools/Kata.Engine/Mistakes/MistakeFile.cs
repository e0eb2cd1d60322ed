using System.Text.RegularExpressions;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Mistakes;

/// <summary>Reads the <c>mistakes.yml</c> of a kata, and finds its alternatives.</summary>
public static partial class MistakeFile
{
    /// <summary>The mistakes of a kata, in the order of the file.</summary>
    /// <exception cref="KataException">The file is missing or something in it does not fit.</exception>
    public static IReadOnlyList<Mistake> Read(KataEntry kata) => Parse(TextOf(kata), PathOf(kata));

    /// <summary>Reads a text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="file">Named in errors.</param>
    /// <exception cref="KataException">Something in it does not fit.</exception>
    public static IReadOnlyList<Mistake> Parse(string yaml, string file)
    {
        var root = YamlMap.Parse(yaml.ReplaceLineEndings("\n"), file);
        root.AllowOnly("mistakes", "equivalentMutants");
        var ids = new HashSet<string>();
        return [.. root.MapList("mistakes").Select(map => ParseMistake(map, file, ids))];
    }

    /// <summary>Changes of the reference that no test can notice, each with the reason.</summary>
    /// <exception cref="KataException">The file is missing or something in it does not fit.</exception>
    public static IReadOnlyList<EquivalentMutant> EquivalentMutants(KataEntry kata)
    {
        var root = YamlMap.Parse(TextOf(kata).ReplaceLineEndings("\n"), PathOf(kata));
        return [.. root.MapList("equivalentMutants").Select(map =>
        {
            map.AllowOnly("line", "to", "reason");
            return new EquivalentMutant(map.Text("line"), map.TextOrEmpty("to"), map.Text("reason"));
        })];
    }

    /// <summary>Where the mistakes of a kata are written.</summary>
    public static string PathOf(KataEntry kata) => Path.Combine(kata.SolutionFolder, "mistakes.yml");

    /// <summary>Correct answers in a clearly different style: one file each, by name.</summary>
    public static IReadOnlyList<string> Alternatives(KataEntry kata)
    {
        var folder = Path.Combine(kata.SolutionFolder, "alternatives");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.cs").Order(StringComparer.Ordinal)] : [];
    }

    private static string TextOf(KataEntry kata)
    {
        var file = PathOf(kata);
        return File.Exists(file) ? File.ReadAllText(file) : throw new KataException(Texts.MistakesMissing.With(file));
    }

    private static Mistake ParseMistake(YamlMap map, string file, HashSet<string> ids)
    {
        map.AllowOnly("id", "task", "from", "to", "hint");
        var id = map.Text("id");
        if (!KebabCase().IsMatch(id))
        {
            throw map.Error("id", Texts.MistakeIdNotKebabCase.With(id));
        }

        if (!ids.Add(id))
        {
            throw map.Error("id", Texts.MistakeIdRepeated.With(id));
        }

        var hint = map.Map("hint");
        hint.AllowOnly("en", "zh");
        return new Mistake(file, id, map.Integer("task", 1, 9), map.Text("from"), map.TextOrEmpty("to"), hint.Text("en"), hint.Text("zh"));
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex KebabCase();
}
