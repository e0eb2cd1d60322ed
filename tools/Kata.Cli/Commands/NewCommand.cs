using System.CommandLine;
using Kata.Engine.Authoring;
using Spectre.Console;

namespace Kata.Cli.Commands;

/// <summary><c>kata new N slug</c>: the files of a new kata, from templates. For authors.</summary>
internal static class NewCommand
{
    /// <summary>The command.</summary>
    public static Command Create(Session session)
    {
        var number = new Argument<int>("N") { Description = Texts.ArgumentNewNumber };
        var slug = new Argument<string>("slug") { Description = Texts.ArgumentNewSlug };
        var chapter = new Option<string>("--chapter") { Description = Texts.OptionChapter, Required = true };
        return new Command("new", Texts.DescriptionNew) { number, slug, chapter }
            .WithAction(commandLine =>
            {
                var files = NewKata.LayOut(
                    session.Repository, session.Catalogue,
                    commandLine.GetValue(number), commandLine.GetRequiredValue(slug), commandLine.GetRequiredValue(chapter));
                foreach (var file in files)
                {
                    session.Screen.WriteLine(session.Shown(file));
                }

                session.Screen.WriteLine(Texts.NewNext.With(commandLine.GetValue(number)));
                return ExitCode.Passed;
            });
    }
}
