using Kata.Engine.Verdicts;
using Microsoft.CodeAnalysis;

namespace Kata.Engine.Compile;

/// <summary>Says which public signatures an answer lost, and what they were.</summary>
internal static class SurfaceMismatch
{
    /// <summary>One message for each signature that is missing, at the line of what has taken its place.</summary>
    /// <param name="missing">Lines of the original surface that the answer does not have.</param>
    /// <param name="present">The answer's surface.</param>
    /// <param name="answer">The answer.</param>
    public static IReadOnlyList<CompilerMessage> Describe(IReadOnlyList<string> missing, IReadOnlyList<string> present, Compilation answer) =>
        [.. missing.OrderBy(line => line.Length).Select(original => Describe(original, present, answer))];

    private static CompilerMessage Describe(string original, IReadOnlyList<string> present, Compilation answer)
    {
        var name = NameOf(original);
        var symbol = answer.GetSymbolsWithName(name[(name.LastIndexOf('.') + 1)..]).FirstOrDefault(found => found.DeclaredAccessibility == Accessibility.Public);
        var position = symbol?.Locations.FirstOrDefault(location => location.IsInSource)?.GetLineSpan().StartLinePosition;
        var now = present.Where(line => NameOf(line) == name).ToList();
        var message = now.Count == 0
            ? Texts.SignatureMissing.With(original)
            : Texts.SignatureChanged.With(name, original, string.Join("', '", now));
        return new CompilerMessage("", message, position?.Line + 1 ?? 0, position?.Character + 1 ?? 0);
    }

    /// <summary>The name in a line of a surface: the last word before the parameters, the value or the parent.</summary>
    private static string NameOf(string line)
    {
        var end = line.IndexOfAny(['(', '{', '=', ':', '[']);
        return (end < 0 ? line : line[..end]).TrimEnd().Split(' ')[^1];
    }
}
