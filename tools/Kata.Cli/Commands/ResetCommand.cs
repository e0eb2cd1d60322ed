using System.CommandLine;
using Kata.Engine.Catalogue;
using Kata.Engine.Progress;

namespace Kata.Cli.Commands;

/// <summary><c>kata reset N</c>: the stub again; the answer is kept.</summary>
internal static class ResetCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var kata = CommandParts.KataArgument();
        kata.Arity = ArgumentArity.ZeroOrOne;
        var all = new Option<bool>("--all") { Description = Texts.OptionResetAll };
        return new Command("reset", Texts.DescriptionReset) { kata, all }
            .WithAction((commandLine, cancellation) =>
                RunAsync(session, commandLine.GetValue(kata), commandLine.GetValue(all), cancellation));
    }

    private static async Task<int> RunAsync(Session session, string? text, bool all, CancellationToken cancellation)
    {
        IReadOnlyList<KataEntry> katas = (text, all) switch
        {
            (null, true) => session.Catalogue.Katas,
            ({ } one, false) => [session.Find(one)],
            _ => throw new KataException(Texts.OneOrAll.With("kata reset")),
        };
        var keeper = new AnswerKeeper(session.Repository);
        var output = session.Screen.Profile.Out.Writer;
        foreach (var kata in katas)
        {
            if (await keeper.ResetAsync(kata, cancellation) is { } backup)
            {
                output.WriteLine(Texts.Reset.With(kata.Folder, session.Shown(backup)));
            }
            else if (!all)
            {
                output.WriteLine(Texts.ResetNothing.With(kata.Folder));
            }
        }

        return ExitCode.Passed;
    }
}
