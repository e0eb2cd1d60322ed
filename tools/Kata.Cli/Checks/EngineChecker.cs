using Kata.Engine.Catalogue;
using Kata.Engine.Compile;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Checks;

/// <summary>Checks with the engine.</summary>
/// <param name="checker">The engine's checker.</param>
internal sealed class EngineChecker(Checker checker) : IAnswerChecker
{
    /// <summary>A checker for a clone.</summary>
    public static IAnswerChecker Create(Repository repository, CheckerOptions options) =>
        new EngineChecker(new Checker(repository, options));

    /// <inheritdoc />
    public AnswerInspector Inspector => checker.Inspector;

    /// <inheritdoc />
    public Task<Verdict> CheckAsync(CheckRequest request, CancellationToken cancellation) => checker.CheckAsync(request, cancellation);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => checker.DisposeAsync();
}
