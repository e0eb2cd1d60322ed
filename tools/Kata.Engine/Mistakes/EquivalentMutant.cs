namespace Kata.Engine.Mistakes;

/// <summary>A mutation of the reference that changes nothing a test could see.</summary>
/// <param name="Line">Text that the mutated line contains.</param>
/// <param name="To">What the mutation puts there; one that ends with an ellipsis is the beginning of it.</param>
/// <param name="Reason">Why the mutated line computes the same.</param>
public sealed record EquivalentMutant(string Line, string To, string Reason)
{
    private const string Ellipsis = "…";

    /// <summary>Whether a mutation is this one.</summary>
    /// <param name="code">The line as it stands.</param>
    /// <param name="replacement">What the mutation puts there.</param>
    public bool Is(string code, string replacement)
    {
        var (to, actual) = (Squeezed(To), Squeezed(replacement));
        return code.Contains(Line, StringComparison.Ordinal)
            && (to.EndsWith(Ellipsis, StringComparison.Ordinal) ? actual.StartsWith(to[..^Ellipsis.Length], StringComparison.Ordinal) : actual == to);
    }

    private static string Squeezed(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
