namespace Kata.Engine.Hints;

/// <summary>Asks every source and shows the surest few.</summary>
/// <param name="sources">Who is asked.</param>
public sealed class HintFinder(IReadOnlyList<IHintSource> sources)
{
    /// <summary>More than this helps nobody.</summary>
    public const int MostAtOnce = 2;

    /// <summary>At most two hints, the surest first.</summary>
    public async Task<IReadOnlyList<Hint>> FindAsync(HintRequest request, CancellationToken cancellation)
    {
        var found = await Task.WhenAll(sources.Select(source => source.FindAsync(request, cancellation)));
        return [.. found.SelectMany(hints => hints).OrderBy(hint => hint.Sureness).ThenBy(hint => hint.Line ?? 0).Take(MostAtOnce)];
    }
}
