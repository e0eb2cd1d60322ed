using System.Text.RegularExpressions;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Mistakes;

/// <summary>
/// A wrong answer as somebody wrote it, in a style of its own, with one mistake: it shows whether the tests and the
/// hints see through other people's code. Its first line is <c>// id: what is wrong</c>.
/// </summary>
/// <param name="File">Where it is.</param>
/// <param name="MistakeId">The known mistake that it makes; null (written as <c>none</c>) when it is not a known one.</param>
/// <param name="Text">The answer.</param>
public sealed partial record Attempt(string File, string? MistakeId, string Text)
{
    /// <summary>The attempts at a kata, by name.</summary>
    /// <exception cref="KataException">A first line is not as it must be.</exception>
    public static IReadOnlyList<Attempt> Of(KataEntry kata)
    {
        var folder = Path.Combine(kata.SolutionFolder, "attempts");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.cs").Order(StringComparer.Ordinal).Select(Read)] : [];
    }

    private static Attempt Read(string file)
    {
        var text = System.IO.File.ReadAllText(file);
        var head = Head().Match(text);
        return head.Success
            ? new Attempt(file, head.Groups["id"].Value is var id and not "none" ? id : null, text)
            : throw new KataException(Texts.AttemptWithoutHead.With(file));
    }

    [GeneratedRegex(@"\A// (?<id>[a-z0-9-]+): \S")]
    private static partial Regex Head();
}
