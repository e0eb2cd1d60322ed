using System.CommandLine;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Kata.Engine.Verify;

namespace Kata.Cli.Commands;

/// <summary><c>kata verify</c>: the repository checks itself. For authors, so its findings are in English only.</summary>
internal static class VerifyCommand
{
    private const double EnoughPercent = 90;
    private static readonly double[] Agreements = [0.4, 0.5, 0.6, 0.7, 0.8, 0.9];

    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var katas = new Argument<string[]>("N") { Description = Texts.ArgumentKatas, Arity = ArgumentArity.ZeroOrMore };
        var mutants = new Option<bool>("--mutants") { Description = Texts.OptionMutants };
        var hints = new Option<bool>("--hints") { Description = Texts.OptionHints };
        return new Command("verify", Texts.DescriptionVerify) { katas, hints, mutants }
            .WithAction((commandLine, cancellation) =>
            {
                var named = commandLine.GetValue(katas) ?? [];
                var chosen = named.Length == 0 ? session.Catalogue.Katas : [.. named.Select(session.Find)];
                return (commandLine.GetValue(hints), commandLine.GetValue(mutants)) switch
                {
                    (true, true) => throw new KataException(Texts.HintsOrMutants),
                    (true, _) => HintsAsync(session, chosen, cancellation),
                    (_, true) => MutantsAsync(session, chosen, cancellation),
                    _ => RulesAsync(session, chosen, everything: named.Length == 0, cancellation),
                };
            });
    }

    private static async Task<int> RulesAsync(Session session, IReadOnlyList<KataEntry> katas, bool everything, CancellationToken cancellation)
    {
        await using var checker = session.CreateChecker(new CheckerOptions());
        var verifier = new RepositoryVerifier(session.Repository, session.Catalogue, checker);
        var findings = new List<Finding>(everything ? verifier.Strangers() : []);
        Write(session, findings);
        var running = katas.Select(kata => verifier.VerifyAsync(kata, cancellation)).ToList();
        foreach (var task in running)
        {
            var found = await task;
            Write(session, found);
            findings.AddRange(found);
        }

        session.Screen.Profile.Out.Writer.WriteLine(Texts.VerifySummary.With(katas.Count, findings.Count));
        return findings.Count == 0 ? ExitCode.Passed : ExitCode.DidNotPass;
    }

    private static async Task<int> HintsAsync(Session session, IReadOnlyList<KataEntry> katas, CancellationToken cancellation)
    {
        await using var checker = session.CreateChecker(new CheckerOptions());
        var quality = new HintQuality(checker);
        var tables = new HintTables(session.Screen.Profile.Out.Writer);
        var scores = new List<HintScore>();
        tables.WriteScoreHead();
        foreach (var kata in katas)
        {
            var score = await quality.MeasureAsync(kata, cancellation);
            scores.Add(score);
            tables.Write(kata.Folder, score);
            Write(session, score.FalseAlarms);
        }

        var all = HintScore.Sum(scores);
        tables.Write("all", all);

        var attempts = new List<AttemptScore>();
        tables.WriteAttemptHead();
        foreach (var kata in katas)
        {
            var score = await quality.MeasureAttemptsAsync(kata, cancellation);
            attempts.Add(score);
            tables.Write(kata.Folder, score);
            Write(session, score.Misnamed);
        }

        var allAttempts = AttemptScore.Sum(attempts);
        tables.Write("all", allAttempts);

        var (chosen, heldBack) = await quality.MeasurePartialAsync(katas, Agreements, cancellation);
        tables.Write(chosen, heldBack);

        var ruleScores = await new RuleQuality(session.Repository, checker).MeasureAsync(cancellation);
        tables.Write(ruleScores);
        var rulesFire = ruleScores.All(score => score.Snippets > 0 && score.Fires == score.Snippets);
        var isGood = all.Killed == all.Mistakes && all.Answered >= EnoughPercent / 100 * all.Mistakes && all.FalseAlarms.Count == 0 && allAttempts.Misnamed.Count == 0 && rulesFire;
        return isGood ? ExitCode.Passed : ExitCode.DidNotPass;
    }

    private static async Task<int> MutantsAsync(Session session, IReadOnlyList<KataEntry> katas, CancellationToken cancellation)
    {
        var output = session.Screen.Profile.Out.Writer;
        var enough = true;
        foreach (var kata in katas)
        {
            var score = await MutationTest.RunAsync(kata, cancellation);
            var unexplained = score.Survivors.Count(survivor => survivor.Reason is null);
            enough &= score.Percent >= EnoughPercent;
            output.WriteLine(Texts.MutationScore.With(kata.Folder, score.Percent, score.Killed, unexplained, score.Survivors.Count - unexplained));
            foreach (var survivor in score.Survivors)
            {
                output.WriteLine($"  {session.Shown(kata.SolutionFile)}({survivor.Line}): {survivor.Code}");
                output.WriteLine($"    -> {survivor.Replacement}");
                output.WriteLine(survivor.Reason is null ? $"    {Texts.SurvivorUnexplained}" : $"    {Texts.SurvivorEquivalent.With(survivor.Reason)}");
            }
        }

        return enough ? ExitCode.Passed : ExitCode.DidNotPass;
    }

    private static void Write(Session session, IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
        {
            session.Screen.Profile.Out.Writer.WriteLine($"{session.Shown(finding.File)}: {finding.Problem}");
        }
    }
}
