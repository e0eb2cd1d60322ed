using System.Runtime.CompilerServices;
using Kata.Engine.Catalogue;
using Kata.Engine.Compile;
using Kata.Engine.Verdicts;

namespace Kata.Engine.Verify;

/// <summary>
/// The stub has the reference's public surface, compiles without a warning, and fails every test because its task
/// is still to be written.
/// </summary>
/// <param name="checker">Reads and runs it.</param>
public sealed class StubsAreUnsolved(IAnswerChecker checker) : IKataCheck
{
    private readonly AnswerInspector inspector = checker.Inspector;

    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var file = kata.AnswerFile;
        foreach (var warning in inspector.Warnings(file, cancellation))
        {
            yield return new Finding(file, $"line {warning.Line}: {warning.Id} {warning.Message}");
        }

        var (stub, reference) = (inspector.Surface(file, cancellation), inspector.Surface(kata.SolutionFile, cancellation));
        foreach (var member in reference.Except(stub))
        {
            yield return new Finding(file, $"lacks what the reference has in public: {member}");
        }

        foreach (var member in stub.Except(reference))
        {
            yield return new Finding(file, $"has in public what the reference lacks: {member}");
        }

        var verdict = await checker.CheckAsync(AuthorCheck.OfText(kata, await File.ReadAllTextAsync(file, cancellation)), cancellation);
        if (verdict.Kind != VerdictKind.NotStarted)
        {
            var other = verdict.Tests.FirstOrDefault(test => test.Exception != typeof(NotImplementedException).FullName);
            yield return new Finding(file, other is null
                ? $"must fail every test by NotImplementedException: {AuthorCheck.Describe(verdict)}"
                : $"must fail every test by NotImplementedException, but {other.Name}: {other.Outcome} {other.Message?.Split('\n')[0]}");
        }
    }
}
