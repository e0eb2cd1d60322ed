using System.Collections.Concurrent;
using Kata.Engine.Compile;
using Kata.Engine.Verdicts;

namespace Kata.Tests.Verify;

/// <summary>Checks each content once: what a fault does not touch need not be run again for the next one.</summary>
/// <param name="checker">Who checks.</param>
internal sealed class RememberingChecker(Checker checker) : IAnswerChecker
{
    private readonly ConcurrentDictionary<(string Content, TimeSpan? Limit), Task<Verdict>> known = [];

    /// <inheritdoc />
    public AnswerInspector Inspector => checker.Inspector;

    /// <inheritdoc />
    public async Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation)
    {
        var content = await checker.ContentKeyAsync(request, cancellation);
        return content is null
            ? await checker.CheckAsync(request, cancellation)
            : await known.GetOrAdd((content, request.TimeLimit), _ => checker.CheckAsync(request, cancellation));
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => checker.DisposeAsync();
}
