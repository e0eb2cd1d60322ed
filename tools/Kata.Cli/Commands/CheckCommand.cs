using System.CommandLine;
using Kata.Cli.Checks;
using Kata.Cli.Views;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Cli.Commands;

/// <summary><c>kata check N</c>: compiles an answer and runs its tests.</summary>
internal static class CheckCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var kata = CommandParts.KataArgument();
        kata.Arity = ArgumentArity.ZeroOrOne;
        var all = new Option<bool>("--all") { Description = Texts.OptionCheckAll };
        var answers = new Option<Side>("--answers") { Description = Texts.OptionAnswers, HelpName = "katas|solutions" };
        var file = new Option<string>("--file") { Description = Texts.OptionFile, HelpName = "PATH" };
        var json = CommandParts.JsonOption();
        return new Command("check", Texts.DescriptionCheck) { kata, all, answers, file, json }
            .WithAction((commandLine, cancellation) =>
            {
                var side = commandLine.GetValue(answers);
                var asJson = commandLine.GetValue(json);
                var answerFile = commandLine.GetValue(file);
                return (commandLine.GetValue(kata), commandLine.GetValue(all)) switch
                {
                    (null, true) when answerFile is null => AllAsync(session, side, asJson, cancellation),
                    ({ } text, false) => OneAsync(session, RequestFor(session, text, side, answerFile), asJson, cancellation),
                    (null, true) => throw new KataException(Texts.FileWithAll),
                    _ => throw new KataException(Texts.OneOrAll.With("kata check")),
                };
            });
    }

    /// <summary>Whether these arguments will most likely ask for the check of one answer.</summary>
    public static bool IsOfOne(IReadOnlyList<string> arguments) => arguments is ["check", ..] && !arguments.Contains("--all");

    private static CheckRequest RequestFor(Session session, string text, Side side, string? file)
    {
        var kata = session.Find(text);
        if (file is null)
        {
            return Request(kata, side);
        }

        var path = session.FullPath(file);
        return File.Exists(path)
            ? Request(kata, side) with { AnswerFile = path }
            : throw new KataException(Texts.FileMissing.With(file));
    }

    /// <summary>Who checks the references writes tests too, so those on disk are the ones that are meant.</summary>
    private static CheckRequest Request(KataEntry kata, Side side) => new(kata, side, WorkingTests: side == Side.Solutions);

    private static async Task<int> OneAsync(Session session, CheckRequest request, bool json, CancellationToken cancellation)
    {
        await using var checker = await session.CheckerOfOneAsync();
        var check = new AnswerCheck(session, checker);
        var view = new VerdictView(session);
        var report = await check.RunAsync(request, json ? _ => { } : view.WriteVerdict, cancellation);
        if (json)
        {
            JsonOutput.Write(session.Screen, report);
        }
        else
        {
            view.WriteAfterVerdict(report);
        }

        return report.Verdict.Kind == VerdictKind.Pass ? ExitCode.Passed : ExitCode.DidNotPass;
    }

    private static async Task<int> AllAsync(Session session, Side side, bool json, CancellationToken cancellation)
    {
        await using var checker = session.CreateChecker(new CheckerOptions());
        var check = new AnswerCheck(session, checker);
        var view = new VerdictView(session);
        var running = session.Catalogue.Katas.Select(kata => check.CheckAndKeepAsync(Request(kata, side), cancellation)).ToList();
        var reports = new List<AnswerReport>();
        foreach (var task in running)
        {
            reports.Add(await task);
            if (!json)
            {
                view.WriteLine(reports[^1]);
            }
        }

        if (json)
        {
            JsonOutput.Write(session.Screen, reports);
        }
        else
        {
            view.WriteSummary(reports);
        }

        return reports.TrueForAll(report => report.Verdict.Kind == VerdictKind.Pass) ? ExitCode.Passed : ExitCode.DidNotPass;
    }
}
