"""Schools of an authority, their people and posts, out of an Excel workbook: looked through, shown, brought in.

Glossary
    layout     the two sheets and their columns
    line       a row of a sheet, with what its cells say
    plan       what the workbook would change, line by line, and every cell that is wrong
    bringing   the plan put into the tables, if it is still the one that was shown
"""
